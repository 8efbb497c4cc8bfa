using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>A backup taken from a cluster at work, as docs/operations/backup-restore.md says, brings everything back elsewhere.</summary>
[Collection("Live")]
public sealed class BackupTests(ITestOutputHelper output)
{
    private const string Values =
        """
        storage: {kind: cluster}
        postgresql: {existingSecret: saliency-database}
        blobs: {kind: pvc}
        gateway: {replicas: 1, preStopSeconds: 0}
        pools: {cpu: {lanes: 1, drainSeconds: 5, resources: {limits: {cpu: "1", memory: 1Gi}}}}
        telemetry: {logs: {format: simple, level: Warning}}
        insecure: true
        """;

    [Fact]
    public async Task Results_and_a_job_under_way_come_back_from_a_backup_with_the_same_bytes()
    {
        using var folder = new TestFolder();
        using IPodHost host = new LoopbackHost();
        await using var database = await Postgres.StartAsync(host.AddService("database"));
        var (few, many) = (Maps.Images(folder.Path, "few", 4), Maps.Images(folder.Path, "many", 20));
        await using (var release = await StartAsync(host, database.Create("before")))
        {
            var endpoint = new GatewayAt(release.Service("saliency-grpc"));
            await Maps.SubmitAsync(endpoint, "done", few);
            await Maps.WatchAsync(endpoint, "done");
            await Maps.SubmitAsync(endpoint, "going", many);
            // The database first: what it refers to is in the blob store already, since blobs are written before they are named.
            database.Dump("before", folder.In("database.dump"));
            Shell.Run("cp", "-a", release.VolumeOf("saliency-blobs"), folder.In("blobs"));
        }

        var connection = database.Create("after");
        database.Restore(folder.In("database.dump"), "after");
        // Members of the old cluster are not members of the new one.
        Assert.Equal(0, database.Psql("after", "DELETE FROM OrleansMembershipTable").Exit);
        using IPodHost other = new LoopbackHost();
        await using (var release = await StartAsync(other, connection, folder.In("blobs")))
        {
            var endpoint = new GatewayAt(release.Service("saliency-grpc"));
            Maps.AssertSame(await Maps.LocalAsync(few), await Maps.FetchAsync(endpoint, "done", folder.Path), 4);
            await Maps.WatchAsync(endpoint, "going");
            Maps.AssertSame(await Maps.LocalAsync(many), await Maps.FetchAsync(endpoint, "going", folder.Path), 20);
        }
    }

    private async Task<Namespace> StartAsync(IPodHost host, string connection, string? blobs = null)
    {
        var release = new Namespace(Helm.Render(Values), new Dictionary<string, string> { ["saliency-database/connection-string"] = connection }, host, output);
        if (blobs is not null) Shell.Run("cp", "-a", blobs + "/.", release.VolumeOf("saliency-blobs"));
        await release.ScaleAsync("saliency-gateway", 1);
        await release.ScaleAsync("saliency-worker-cpu", 1);
        return release;
    }
}
