using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using SaliencyCluster.Grains;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>Grain state and membership in SQLite or PostgreSQL, through the same ADO.NET providers.</summary>
internal static class GrainStorageSetup
{
    // Orleans knows Microsoft.Data.Sqlite by the name of its predecessor.
    private const string SqliteInvariant = "System.Data.SQLite";

    public static void AddStorage(this ISiloBuilder silo, ClusterSettings settings)
    {
        var database = Prepare(settings);
        silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (database.Invariant, database.ConnectionString));
        silo.AddGrainStorage(database);
    }

    public static void AddGrainStorage(this ISiloBuilder silo, Database database, string provider = GrainStorage.Provider)
    {
        silo.AddAdoNetGrainStorage(provider, o => (o.Invariant, o.ConnectionString) = (database.Invariant, database.ConnectionString));
        // Binary instead of JSON with base64: smaller, and versioned by member ids.
        silo.Services.AddOptions<AdoNetGrainStorageOptions>(provider)
            .Configure<Serializer>((o, serializer) => o.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer));
    }

    /// <summary>Makes the embedded database, or brings it up to date.</summary>
    public static Database Embedded(string path)
    {
        SqliteSchema.Apply(path);
        return new(SqliteInvariant, SqliteSchema.ConnectionString(path));
    }

    private static Database Prepare(ClusterSettings settings) =>
        settings.IsEmbedded ? Embedded(settings.DatabasePath) : Shared(settings.ConnectionString!);

    private static Database Shared(string connectionString)
    {
        PostgresSchema.Apply(connectionString);
        return new("Npgsql", connectionString);
    }

    internal sealed record Database(string Invariant, string ConnectionString);
}
