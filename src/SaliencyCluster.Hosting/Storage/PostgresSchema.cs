using Npgsql;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>Makes the tables in PostgreSQL, or brings them up to date. Processes that start at once wait for each other.</summary>
internal static class PostgresSchema
{
    private const string Version = "2";
    private const long Lock = 0x53414C49; // "SALI": any number that others of this database do not use

    /// <exception cref="SaliencyException">SAL9203: the database cannot be reached, or the tables are missing and cannot be made.</exception>
    public static void Apply(string connectionString)
    {
        try
        {
            using var connection = new NpgsqlConnection(connectionString);
            connection.Open();
            // An account that may not make tables suffices where they are there, also those of the version before.
            if (IsCurrent(connection)) return;
            using var transaction = connection.BeginTransaction();
            Run(connection, $"SELECT pg_advisory_xact_lock({Lock})");
            Run(connection, SchemaScript.Read("postgres-orleans.sql"));
            transaction.Commit();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege && Inspect(connectionString).IsOlder)
        {
            // The doctor tells what is missing.
        }
        catch (Exception error) when (error is NpgsqlException or ArgumentException)
        {
            throw Unusable(error);
        }
    }

    /// <summary>Looks at the database and changes nothing.</summary>
    /// <exception cref="SaliencyException">SAL9203: it cannot be reached.</exception>
    public static DatabaseState Inspect(string connectionString)
    {
        try
        {
            using var connection = new NpgsqlConnection(connectionString);
            connection.Open();
            using var now = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            return new(VersionIn(connection), Version, (DateTime)now.ExecuteScalar()!);
        }
        catch (Exception error) when (error is NpgsqlException or ArgumentException)
        {
            throw Unusable(error);
        }
    }

    private static bool IsCurrent(NpgsqlConnection connection) => VersionIn(connection) == Version;

    private static string? VersionIn(NpgsqlConnection connection)
    {
        using var exists = new NpgsqlCommand("SELECT to_regclass('orleansquery') IS NOT NULL", connection);
        if (exists.ExecuteScalar() is not true) return null;
        using var version = new NpgsqlCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'SaliencySchema'", connection);
        return version.ExecuteScalar() as string;
    }

    private static SaliencyException Unusable(Exception error) => new(
        "SAL9203", $"The PostgreSQL database of Saliency:Cluster:ConnectionString cannot be used: {error.Message}",
        "Check host, database, user and password; the first start needs an account that may create tables.", error);

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
