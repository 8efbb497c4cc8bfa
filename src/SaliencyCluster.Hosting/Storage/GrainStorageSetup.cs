using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using SaliencyCluster.Grains;

namespace SaliencyCluster.Hosting.Storage;

/// <summary>Grain state and membership in SQLite or PostgreSQL, through the same ADO.NET providers.</summary>
internal static class GrainStorageSetup
{
    // Orleans knows Microsoft.Data.Sqlite by the name of its predecessor.
    private const string SqliteInvariant = "System.Data.SQLite";

    // Its name is in no row.
    private const string AdoNet = "saliency-ado-net";

    public static void AddStorage(this ISiloBuilder silo, ClusterSettings settings)
    {
        var database = Prepare(settings);
        silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (database.Invariant, database.ConnectionString));
        silo.AddGrainStorage(database);
    }

    /// <summary>Makes sure that a shared database answers, and waits for one that is away.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL9203.</exception>
    public static void WaitFor(ClusterSettings settings, StartPatience patience)
    {
        if (settings.IsEmbedded) return;
        patience.Until("database", ApplyAsync, error => error.InnerException is NpgsqlException { IsTransient: true });

        Task ApplyAsync()
        {
            PostgresSchema.Apply(settings.ConnectionString!);
            return Task.CompletedTask;
        }
    }

    /// <summary>Adds the storage of all grains.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="database">Where it is.</param>
    /// <param name="wrap">Put around the access to the database.</param>
    public static void AddGrainStorage(this ISiloBuilder silo, Database database, Func<IGrainStorage, IGrainStorage>? wrap = null)
    {
        // The database holds what is there, and no row of each job and image that ever was.
        silo.AddAdoNetGrainStorage(
            AdoNet, o => (o.Invariant, o.ConnectionString, o.DeleteStateOnClear) = (database.Invariant, database.ConnectionString, true));
        // Binary instead of JSON with base64: smaller, and versioned by member ids.
        silo.Services.AddOptions<AdoNetGrainStorageOptions>(AdoNet)
            .Configure<Serializer>((o, serializer) => o.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer));
        silo.Services.AddKeyedSingleton<IGrainStorage>(GrainStorage.Provider, (services, _) =>
        {
            var inner = services.GetRequiredKeyedService<IGrainStorage>(AdoNet);
            if (database.Invariant == SqliteInvariant) inner = new OneWriter(inner);
            return new CodedStorage(wrap?.Invoke(inner) ?? inner, services.GetRequiredService<ILogger<CodedStorage>>());
        });
    }

    /// <summary>Makes the embedded database, or brings it up to date.</summary>
    public static Database Embedded(string path)
    {
        SqliteSchema.Apply(path);
        return new(SqliteInvariant, SqliteSchema.ConnectionString(path));
    }

    private static Database Prepare(ClusterSettings settings) =>
        settings.IsEmbedded ? Embedded(settings.DatabasePath) : new("Npgsql", settings.ConnectionString!);

    internal sealed record Database(string Invariant, string ConnectionString);
}
