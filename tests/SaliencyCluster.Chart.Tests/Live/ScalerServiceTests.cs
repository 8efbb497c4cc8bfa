using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.Protocol.ExternalScaler;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>A gateway of the chart, closed as it is without values, and KEDA, which can send no key.</summary>
[Collection("Live")]
public sealed class ScalerServiceTests(ITestOutputHelper output)
{
    private const string Values =
        """
        storage: {kind: cluster}
        postgresql: {existingSecret: saliency-database}
        blobs: {kind: pvc}
        gateway: {replicas: 1, preStopSeconds: 0}
        pools: {cpu: {autoscaling: {kind: keda}}}
        telemetry: {logs: {format: simple, level: Warning}}
        """;

    [Fact]
    public async Task It_is_answered_at_its_own_service_and_at_the_one_of_everybody_only_with_a_key()
    {
        using var host = PodHosts.Make(output);
        await using var database = await Postgres.StartAsync(host.AddService("database"));
        var rendered = Helm.Render(Values);
        var secrets = new Dictionary<string, string> { ["saliency-database/connection-string"] = database.Create("saliency") };
        await using var release = new Namespace(rendered, secrets, host, output);
        await release.ScaleAsync("saliency-gateway", 1);

        using var keda = new Autoscaler(rendered.Single(m => m.Kind == "ScaledObject"), release);
        Assert.Equal(0, await keda.WantedAsync(present: -1));

        using var channel = GrpcChannel.ForAddress($"http://{release.Service("saliency-grpc")}");
        var refused = await Assert.ThrowsAsync<RpcException>(() => IsActiveAsync(channel, []));
        Assert.StartsWith("SAL2901", refused.Status.Detail, StringComparison.Ordinal);
        var key = release.Secret("saliency-admin-key", "api-key");
        Assert.False(await IsActiveAsync(channel, new() { { "authorization", $"Bearer {key}" } }));
    }

    private static async Task<bool> IsActiveAsync(GrpcChannel channel, Metadata headers)
    {
        var scaler = new ExternalScaler.ExternalScalerClient(channel);
        return (await scaler.IsActiveAsync(new(), headers, cancellationToken: TestContext.Current.CancellationToken)).Result;
    }
}
