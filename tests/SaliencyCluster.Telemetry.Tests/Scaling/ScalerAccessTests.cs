using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.ExternalScaler;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.Telemetry.Tests.Clusters;

namespace SaliencyCluster.Telemetry.Tests.Scaling;

/// <summary>Who may ask the scaler of a gateway that has API keys.</summary>
public sealed class ScalerAccessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_the_port_of_everybody_it_wants_a_key_that_may_operate()
    {
        await using var gateway = await Guarded.StartAsync(anonymous: false);
        Assert.Null(gateway.Silo.Addresses!.Scaler);
        using var channel = GrpcChannel.ForAddress(gateway.Silo.Addresses.Grpc);
        Assert.Equal((StatusCode.Unauthenticated, "SAL2901"), await IsActiveAsync(channel));
        Assert.Equal((StatusCode.PermissionDenied, "SAL2905"), await IsActiveAsync(channel, gateway.Submitter));
        Assert.Equal((StatusCode.OK, ""), await IsActiveAsync(channel, gateway.Operator));
    }

    [Fact]
    public async Task Without_a_key_it_answers_on_its_own_port_alone_whatever_the_caller_claims()
    {
        await using var gateway = await Guarded.StartAsync(anonymous: true);
        var (open, own) = (gateway.Silo.Addresses!.Grpc, gateway.Silo.Addresses.Scaler!);
        using var channel = GrpcChannel.ForAddress(open);
        Assert.Equal((StatusCode.Unauthenticated, "SAL2901"), await IsActiveAsync(channel));
        Assert.Equal((StatusCode.Unauthenticated, "SAL2901"), await IsActiveAsync(channel, headers: new()
        {
            { "host", own.Authority }, { "x-forwarded-host", own.Authority }, { "x-forwarded-port", $"{own.Port}" },
            { "forwarded", $"host={own.Authority}" },
        }));
        // The name that HTTP/2 sends, with the other port in it.
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(open.Host, open.Port, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var claiming = GrpcChannel.ForAddress(own, new() { HttpClient = http });
        Assert.Equal((StatusCode.Unauthenticated, "SAL2901"), await IsActiveAsync(claiming));

        using var keda = GrpcChannel.ForAddress(own);
        Assert.Equal((StatusCode.OK, ""), await IsActiveAsync(keda));
        Assert.Equal((StatusCode.OK, ""), await IsActiveAsync(keda, "slk_old_key"));
        using var stream = new ExternalScaler.ExternalScalerClient(keda).StreamIsActive(new(), cancellationToken: Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));
    }

    [Fact]
    public async Task Its_own_port_answers_nothing_else_with_a_key_neither()
    {
        await using var gateway = await Guarded.StartAsync(anonymous: true);
        using var keda = GrpcChannel.ForAddress(gateway.Silo.Addresses!.Scaler!);
        var headers = new Metadata { { "authorization", $"Bearer {gateway.Operator}" } };
        Assert.Equal((StatusCode.PermissionDenied, "SAL2915"),
            await AnswerAsync(new Cluster.ClusterClient(keda).GetClusterAsync(new(), headers, cancellationToken: Cancellation)));
        Assert.Equal((StatusCode.PermissionDenied, "SAL2915"),
            await AnswerAsync(new Health.HealthClient(keda).CheckAsync(new(), headers, cancellationToken: Cancellation)));
        using var http = new HttpClient
        {
            DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var path in new[] { "/", "/v1/cluster", "/alive", "/sign-in", "/metrics", "/nothing/Such" })
        {
            using var answer = await http.GetAsync(new Uri(gateway.Silo.Addresses.Scaler!, path), Cancellation);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("SAL2915", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    private static Task<(StatusCode Status, string Code)> IsActiveAsync(GrpcChannel channel, string? key = null, Metadata? headers = null)
    {
        headers ??= [];
        if (key is not null) headers.Add("authorization", $"Bearer {key}");
        return AnswerAsync(new ExternalScaler.ExternalScalerClient(channel).IsActiveAsync(new(), headers, cancellationToken: Cancellation));
    }

    private static async Task<(StatusCode Status, string Code)> AnswerAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return (StatusCode.OK, "");
        }
        catch (RpcException error)
        {
            return (error.StatusCode, error.Status.Detail.Split(':')[0]);
        }
    }

    private sealed class Guarded(TemporaryFolder data, TestSilo silo, string submitter, string @operator) : IAsyncDisposable
    {
        public TestSilo Silo => silo;

        public string Submitter => submitter;

        public string Operator => @operator;

        public static async Task<Guarded> StartAsync(bool anonymous)
        {
            var data = new TemporaryFolder();
            var file = Path.Combine(data.Path, "keys.json");
            var (submitter, @operator) = (ApiKey.Create("submitter"), ApiKey.Create("operator"));
            KeyFileChange.Apply(file, _ => [Entry(submitter, Role.Submit), Entry(@operator, Role.Operate)]);
            var silo = await TestSilo.StartAsync("gateway", data.Path, new GatewayOptions { GrpcPort = 0, HttpPort = 0, KeysFile = file },
                ("Saliency:Scaling:Anonymous", $"{anonymous}"), ("Saliency:Scaling:Port", "0"));
            return new(data, silo, submitter.Text, @operator.Text);
        }

        public async ValueTask DisposeAsync()
        {
            await silo.DisposeAsync();
            data.Dispose();
        }

        private static KeyEntry Entry(ApiKey key, Role role) =>
            new() { Id = key.Id, Tenant = "t", Role = role, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch };
    }
}
