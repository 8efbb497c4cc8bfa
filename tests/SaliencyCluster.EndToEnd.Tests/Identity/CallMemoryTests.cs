using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>The memory that the bodies of calls take, as callers meet its bound. No worker serves the gateway.</summary>
public sealed class CallMemoryTests : IAsyncLifetime
{
    // A body has at most 4 MiB, and all of a tenant together as much.
    private static readonly GatewayLimits Limits = new() { MaxImageBytes = 1 << 20, MaxCallBytes = 8 << 20 };

    private readonly TemporaryFolder _folder = new();
    private readonly ApiKey _own = ApiKey.Create("own"), _other = ApiKey.Create("other");
    private TestProcess _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var file = _folder.File("keys.json");
        KeyFileChange.Apply(file, _ => [.. new[] { _own, _other }.Select(k => new KeyEntry
        {
            Id = k.Id, Tenant = k.Id, Role = Role.Submit, Hash = k.Hash, Created = DateTimeOffset.UnixEpoch,
        })]);
        _gateway = await TestProcess.StartAsync(
            "gateway", _folder.File("data"), gateway: o => o with { KeysFile = file, Limits = Limits });
        foreach (var key in new[] { _own, _other })
        {
            using var client = _gateway.Client(key.Text);
            await SharedCluster.AddAsync(client, "mnist-mlp");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("saliency.v1.Explanations/Explain")]
    [InlineData("saliency.v1.Explanations/SubmitJob")]
    [InlineData("inference.GRPCInferenceService/ModelInfer")]
    public async Task Calls_that_are_sent_slowly_take_no_more_than_a_tenants_half_and_others_do_not_notice(string path)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var http = new HttpClient { BaseAddress = _gateway.Addresses!.Grpc };
        // Halves of messages of 2 MiB, of which the rest never comes; all of them are too much.
        var calls = Enumerable.Range(0, 4).Select(_ => SendAsync(http, path, 1_200_000, end.Token)).ToList();
        var first = await Task.WhenAny(calls);
        using var answer = await first;
        Assert.Equal("8", answer.Headers.GetValues("grpc-status").Single());
        Assert.StartsWith("SAL2623", answer.Headers.GetValues("grpc-message").Single(), StringComparison.Ordinal);

        using var client = _gateway.Client(_other.Text);
        Assert.Single(await client.Models.ListAsync(Cancellation));
        await end.CancelAsync();
        // Refused too where its last bytes came late, or cut off here.
        foreach (var call in calls.Where(c => c != first)) await Record.ExceptionAsync(() => call);
    }

    [Fact]
    public async Task A_call_that_waits_for_workers_holds_its_image_no_more()
    {
        using var channel = GrpcChannel.ForAddress(_gateway.Addresses!.Grpc);
        var explanations = new Explanations.ExplanationsClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {_own.Text}" } };
        // More than there is room for at once.
        for (var i = 0; i < 6; i++)
        {
            var request = new ExplainRequest
            {
                Model = "mnist-mlp", Options = new() { Method = "gradient" },
                Image = new() { Name = $"{i}", Format = ImageFormat.Encoded, Data = ByteString.CopyFrom(new byte[1_000_000]) },
            };
            var call = explanations.Explain(request, headers, cancellationToken: Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
            Assert.NotNull(call.ResponseStream.Current.Started);
        }
    }

    // A message of 2 MiB, of which so many bytes are sent.
    private async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, int bytes, CancellationToken end)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new HalfOfAMessage(bytes, end),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Authorization = new("Bearer", _own.Text);
        request.Headers.TE.Add(new("trailers"));
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
    }

    private sealed class HalfOfAMessage(int bytes, CancellationToken end) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0x20, 0, 0 }, end);
            await stream.WriteAsync(new byte[bytes], end);
            await stream.FlushAsync(end);
            await Task.Delay(Timeout.InfiniteTimeSpan, end);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
