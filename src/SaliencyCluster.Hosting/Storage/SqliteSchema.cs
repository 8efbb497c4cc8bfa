using Microsoft.Data.Sqlite;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>Makes the embedded database, or brings it up to date: the script can be run at every start, by several processes at once.</summary>
internal static class SqliteSchema
{
    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();

    /// <exception cref="SaliencyException">SAL9202: the file cannot be made or is no database.</exception>
    public static void Apply(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var connection = new SqliteConnection(ConnectionString(path));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = SchemaScript.Read("sqlite-orleans.sql");
            command.ExecuteNonQuery();
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new SaliencyException("SAL9202", $"The embedded database {path} cannot be used: {error.Message}",
                "Give a folder that can be written (--data), or remove a file that is no database of this program.", error);
        }
    }
}
