using Microsoft.Data.Sqlite;
using SaliencyCluster.Hosting.Files;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>Makes the embedded database, or brings it up to date: the script can be run at every start, by several processes at once.</summary>
internal static class SqliteSchema
{
    // The script brings every older file up to date, so there is no other.
    private const string Version = "1";

    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();

    /// <exception cref="SaliencyException">SAL9202: the file cannot be made or is no database.</exception>
    public static void Apply(string path)
    {
        try
        {
            PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
            // SQLite gives the files that it makes beside it the same mode.
            PrivateFiles.Ensure(path);
            using var connection = new SqliteConnection(ConnectionString(path));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = SchemaScript.Read("sqlite-orleans.sql");
            command.ExecuteNonQuery();
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, error);
        }
    }

    /// <summary>Looks at the database and changes nothing; a file that is not there is a database without tables.</summary>
    /// <exception cref="SaliencyException">SAL9202: it is no database.</exception>
    public static DatabaseState Inspect(string path)
    {
        if (!File.Exists(path)) return new(null, Version, Now: null);
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = 'OrleansStorage'";
            return new(command.ExecuteScalar() is 1L ? Version : null, Version, Now: null);
        }
        catch (SqliteException error)
        {
            throw Unusable(path, error);
        }
    }

    private static SaliencyException Unusable(string path, Exception error) => new(
        "SAL9202", $"The embedded database {path} cannot be used: {error.Message}",
        "Give a folder that can be written (--data), or remove a file that is no database of this program.", error);
}
