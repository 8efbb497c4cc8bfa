using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>A backup taken from a cluster at work, as docs/operations/backup-restore.md says, brings everything back elsewhere.</summary>
public sealed class BackupTests
{
    private const string Values =
        """
        storage: {kind: cluster}
        postgresql: {existingSecret: saliency-database}
        blobs: {kind: pvc}
        gateway: {replicas: 1, preStopSeconds: 0}
        pools: {cpu: {lanes: 1, drainSeconds: 5, resources: {limits: {cpu: "1", memory: 1Gi}}}}
        telemetry: {logs: {format: simple, level: Warning}}
        """;

    [Fact]
    public async Task Results_and_a_job_under_way_come_back_from_a_backup_with_the_same_bytes()
    {
        var folder = Directory.CreateTempSubdirectory("saliency-backup-").FullName;
        var first = new LoopbackHost();
        await using var database = await Postgres.StartAsync(first.AddService("database"));
        await using (var release = await StartAsync(first, database.Create("before")))
        {
            var endpoint = new Uri($"http://{release.Service("saliency-grpc")}");
            await Maps.SubmitAsync(endpoint, "done", times: 1, folder);
            await Maps.WatchAsync(endpoint, "done");
            await Maps.SubmitAsync(endpoint, "going", times: 8, folder);
            // The database first: what it refers to is in the blob store already, since blobs are written before they are named.
            database.Dump("before", Path.Combine(folder, "database.dump"));
            Shell.Run("cp", "-a", release.VolumeOf("saliency-blobs"), Path.Combine(folder, "blobs"));
        }

        var connection = database.Create("after");
        database.Restore(Path.Combine(folder, "database.dump"), "after");
        // Members of the old cluster are not members of the new one.
        Assert.Equal(0, database.Psql("after", "DELETE FROM OrleansMembershipTable").Exit);
        await using (var release = await StartAsync(new LoopbackHost(), connection, Path.Combine(folder, "blobs")))
        {
            var endpoint = new Uri($"http://{release.Service("saliency-grpc")}");
            var local = await Maps.LocalAsync(folder);
            Maps.AssertSame(local, await Maps.FetchAsync(endpoint, "done", folder), 10);
            await Maps.WatchAsync(endpoint, "going");
            Maps.AssertSame(local, await Maps.FetchAsync(endpoint, "going", folder), 80);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Namespace> StartAsync(IPodHost host, string connection, string? blobs = null)
    {
        var release = new Namespace(Helm.Render(Values), new Dictionary<string, string> { ["saliency-database/connection-string"] = connection }, host);
        if (blobs is not null) Shell.Run("cp", "-a", blobs + "/.", release.VolumeOf("saliency-blobs"));
        await release.ScaleAsync("saliency-gateway", 1);
        await release.ScaleAsync("saliency-worker-cpu", 1);
        return release;
    }
}
