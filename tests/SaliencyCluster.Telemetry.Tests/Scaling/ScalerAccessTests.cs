using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.ExternalScaler;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.Telemetry.Tests.Scaling;

/// <summary>Who may ask the scaler of a gateway that has API keys.</summary>
public sealed class ScalerAccessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, StatusCode.Unauthenticated)]
    [InlineData(true, StatusCode.OK)]
    public async Task Without_a_key_it_answers_only_where_that_was_allowed(bool anonymous, StatusCode expected)
    {
        using var data = new TemporaryFolder();
        var keys = Path.Combine(data.Path, "keys.json");
        KeyFileChange.Apply(keys, _ => []);
        await using var gateway = await TestSilo.StartAsync(
            "gateway", data.Path, new GatewayOptions { GrpcPort = 0, HttpPort = 0, KeysFile = keys }, ("Saliency:Scaling:Anonymous", $"{anonymous}"));
        using var channel = GrpcChannel.ForAddress(gateway.Addresses!.Grpc);
        var call = new ExternalScaler.ExternalScalerClient(channel).IsActiveAsync(new(), cancellationToken: Cancellation);
        Assert.Equal(expected, await StatusAsync(call));
        Assert.Equal(StatusCode.Unauthenticated, await StatusAsync(new Protocol.V1.Cluster.ClusterClient(channel).GetClusterAsync(new(), cancellationToken: Cancellation)));
    }

    private static async Task<StatusCode> StatusAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException error)
        {
            return error.StatusCode;
        }
    }
}
