using SaliencyCluster.Chart.Tests.Charts;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>
/// The chart executed: pods as rendered, PostgreSQL, a job through the Service, workers that follow the gateway's numbers. By hand, since its
/// seven processes need more than two busy cores to be in time: <c>tests/helm/release</c>.
/// </summary>
[Collection("Live")]
public sealed class ScaledReleaseTests(ITestOutputHelper output)
{
    private const string Values =
        """
        storage: {kind: cluster}
        postgresql: {existingSecret: saliency-database}
        blobs: {kind: pvc}
        pools:
          cpu:
            lanes: 1
            drainSeconds: 20
            resources: {limits: {cpu: "1", memory: 1Gi}}
            autoscaling: {kind: keda, minReplicas: 0, maxReplicas: 3, targetDrainSeconds: 1}
        gateway: {preStopSeconds: 1}
        telemetry: {logs: {format: simple, level: Warning}}
        settings: {"Saliency:Scaling:ScaleDownAfter": "00:00:05"}
        """;

    [Fact(Explicit = true)]
    public async Task A_job_through_the_service_is_byte_for_byte_the_embedded_one_while_workers_go_from_0_to_3_to_1_and_everything_is_restarted()
    {
        using var folder = new TestFolder();
        using var host = PodHosts.Make(output);
        await using var database = await Postgres.StartAsync(host.AddService("database"));
        var rendered = Helm.Render(Values);
        await using var release = new Namespace(rendered, new Dictionary<string, string> { ["saliency-database/connection-string"] = database.Create("saliency") }, host, output);

        await release.ScaleAsync("saliency-gateway", (int)rendered.Single(m => m.ToString() == "Deployment saliency-gateway").Spec["replicas"]!);
        Assert.Equal(2, release.PodsOf("saliency-gateway").Count);
        if (host is NamespaceHost) Assert.All(release.AllPods, pod => Assert.Equal([1654], pod.Users().Distinct()));
        using var autoscaler = new Autoscaler(rendered.Single(m => m.Kind == "ScaledObject"), release);
        Assert.Equal("saliency-worker-cpu", autoscaler.Workload);
        Assert.Equal(0, await autoscaler.WantedAsync(present: -1));

        var endpoint = new GatewayAt(release.Service("saliency-grpc"), release.Secret("saliency-admin-key", "api-key"));
        var (big, little) = (Maps.Images(folder.Path, "big", 40), Maps.Images(folder.Path, "little", 2));
        var (bigMaps, littleMaps) = (await Maps.LocalAsync(big), await Maps.LocalAsync(little));
        await Maps.SubmitAsync(endpoint, "big", big);
        var trace = new List<int> { 0 };
        await FollowAsync(autoscaler, release, trace, until: workers => workers == 3);
        Assert.Equal(1, trace[1]); // Nothing was measured yet: one worker, who measures.

        // However fast the machine is: one small job after the other, so that some work is always under way.
        var (small, made) = (Task.CompletedTask, 0);
        async Task KeepBusyAsync()
        {
            if (!small.IsCompleted) return;
            await small;
            small = ExplainAsync($"little-{made++}");
        }
        async Task ExplainAsync(string id)
        {
            await Maps.SubmitAsync(endpoint, id, little);
            await Maps.WatchAsync(endpoint, id);
            Maps.AssertSame(littleMaps, await Maps.FetchAsync(endpoint, id, folder.Path), 2);
        }
        async Task RollAsync()
        {
            await release.RollAsync("saliency-gateway");
            await release.RollAsync(autoscaler.Workload);
        }
        var rolling = RollAsync();
        await Eventually.TrueAsync(async () =>
        {
            await KeepBusyAsync();
            return rolling.IsCompleted;
        }, "every gateway and worker is replaced");
        await rolling;
        await Maps.WatchAsync(endpoint, "big");
        Maps.AssertSame(bigMaps, await Maps.FetchAsync(endpoint, "big", folder.Path), 40);

        // Little work from now on: the crowd goes, one stays as long as there is any.
        await FollowAsync(autoscaler, release, trace, until: workers => workers == 1, KeepBusyAsync);
        await small;
        await FollowAsync(autoscaler, release, trace, until: workers => workers == 0);
        output.WriteLine($"workers wanted and started, in turn: {string.Join(' ', trace)}; small jobs meanwhile: {made}");
        await release.ScaleAsync("saliency-gateway", 0);
        Assert.All(release.AllPods, pod => Assert.DoesNotContain(pod.Log, line => line.StartsWith("crit:", StringComparison.Ordinal)));
    }

    private static async Task FollowAsync(Autoscaler autoscaler, Namespace release, List<int> trace, Func<int, bool> until, Func<Task>? meanwhile = null) =>
        await Eventually.TrueAsync(async () =>
        {
            if (meanwhile is not null) await meanwhile();
            var wanted = await autoscaler.WantedAsync(trace[^1]);
            if (wanted != trace[^1]) trace.Add(wanted);
            await release.ScaleAsync(autoscaler.Workload, wanted);
            return until(wanted);
        }, $"the wanted number of workers; so far {string.Join(' ', trace)}");
}
