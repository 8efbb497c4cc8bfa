using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Hosting.Blobs;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Hosting.Storage;
using SaliencyCluster.Hosting.Tls;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Hosting.Doctor;

/// <summary>Checks a deployment from where a process of it runs: with the process's own configuration, database, blob store and ports.</summary>
public static class InsideDoctor
{
    private static readonly TimeSpan MaxSkew = TimeSpan.FromSeconds(5);

    /// <summary>Runs all checks. Changes nothing but for one blob, which it removes again.</summary>
    /// <param name="configuration">As the process would read it.</param>
    /// <param name="readOwnSections">Reads the sections that only this process has; throws where they are wrong.</param>
    /// <param name="clock">Compared with the database's.</param>
    /// <param name="cancellation">Ends the checks.</param>
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(
        IConfiguration configuration, Action<IConfiguration> readOwnSections, TimeProvider clock, CancellationToken cancellation = default)
    {
        ClusterSettings settings;
        var peers = "no TLS";
        try
        {
            settings = ClusterSettingsReader.Read(configuration);
            if (settings.Tls.IsOn) peers = string.Create(CultureInfo.InvariantCulture, $"mutual TLS until {new PeerTls(settings.Tls, clock, NullLogger.Instance).ValidUntil:u}");
            readOwnSections(configuration);
        }
        catch (SaliencyException error)
        {
            return [new("SAL9411", "configuration", CheckOutcome.Failed, $"{error.Code}: {error.What}", error.Next)];
        }
        return
        [
            new("SAL9411", "configuration", CheckOutcome.Ok, $"storage '{settings.Storage}', cluster '{settings.ClusterId}', silo address {settings.Address}, between processes {peers}"),
            .. Database(settings, clock),
            await BlobsAsync(settings, clock, cancellation),
            await PortAsync(settings, cancellation),
        ];
    }

    private static CheckResult[] Database(ClusterSettings settings, TimeProvider clock)
    {
        try
        {
            var state = settings.IsEmbedded ? SqliteSchema.Inspect(settings.DatabasePath) : PostgresSchema.Inspect(settings.ConnectionString!);
            var schema = state.Version switch
            {
                null => new CheckResult("SAL9412", "database", CheckOutcome.Warning, "reachable, but without tables", "Nothing, where this cluster has never run: the first start makes them."),
                var v when state.IsOlder => new("SAL9412", "database", CheckOutcome.Warning, $"the schema is version {v}, which this program can use; it wants {state.Wanted}",
                    "Start one process once with the account that made the tables."),
                var v when v != state.Wanted => new("SAL9412", "database", CheckOutcome.Failed, $"the schema is version {v}, this program wants {state.Wanted}",
                    "Run a program of the version that wrote it, or upgrade: docs/operations/upgrade.md"),
                var v => new("SAL9412", "database", CheckOutcome.Ok, $"reachable, schema version {v}"),
            };
            if (state.Now is not { } now) return [schema];
            var skew = (clock.GetUtcNow() - now).Duration();
            return
            [
                schema,
                skew > MaxSkew
                    ? new("SAL9415", "clock", CheckOutcome.Warning, $"{skew.TotalSeconds:0.0} s from the database's", "Let both hosts follow a time server (NTP).")
                    : new("SAL9415", "clock", CheckOutcome.Ok, $"{skew.TotalSeconds:0.0} s from the database's"),
            ];
        }
        catch (SaliencyException error)
        {
            return [new("SAL9412", "database", CheckOutcome.Failed, $"{error.Code}: {error.What}", error.Next)];
        }
    }

    private static async Task<CheckResult> BlobsAsync(ClusterSettings settings, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            var store = BlobStores.Open(settings, clock, StartPatience.None);
            var bytes = RandomNumberGenerator.GetBytes(64);
            var hash = await store.WriteAsync(bytes, cancellation);
            var read = await store.ReadAsync(hash, cancellation);
            await store.DeleteAsync(hash, cancellation);
            return read.AsSpan().SequenceEqual(bytes)
                ? new("SAL9413", "blobs", CheckOutcome.Ok, "written, read back and removed")
                : new("SAL9413", "blobs", CheckOutcome.Failed, "other bytes came back than were written", "Check the volume or store for damage.");
        }
        catch (SaliencyException error)
        {
            return new("SAL9413", "blobs", CheckOutcome.Failed, $"{error.Code}: {error.What}", error.Next);
        }
    }

    // Where the process runs, its own health answers; where it does not, its port must be free.
    private static async Task<CheckResult> PortAsync(ClusterSettings settings, CancellationToken cancellation)
    {
        if (settings.MetricsPort == 0) return new("SAL9414", "process", CheckOutcome.Skipped, "the metrics port is any free one");
        var host = settings.MetricsAddress == "any" ? IPAddress.Loopback : IPAddress.Parse(settings.MetricsAddress);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            var said = await http.GetStringAsync(new Uri($"http://{host}:{settings.MetricsPort}/health/ready"), cancellation);
            return new("SAL9414", "process", CheckOutcome.Ok, $"port {settings.MetricsPort} says: {said.Trim()}");
        }
        catch (HttpRequestException error) when (error.StatusCode is HttpStatusCode.ServiceUnavailable)
        {
            return new("SAL9414", "process", CheckOutcome.Failed, $"the process at port {settings.MetricsPort} runs and is not ready", "Look at its log; it may be joining, or leaving.");
        }
        catch (HttpRequestException error) when (error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return new("SAL9414", "process", CheckOutcome.Ok, $"no process runs here; port {settings.MetricsPort} is free");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return new("SAL9414", "process", CheckOutcome.Failed, $"something else uses port {settings.MetricsPort}: {error.Message}", "Stop it, or choose another Saliency:Cluster:MetricsPort.");
        }
    }
}
