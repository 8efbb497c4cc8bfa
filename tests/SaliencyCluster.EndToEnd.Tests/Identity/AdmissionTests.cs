using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>Nothing is stored before there is room for it, and a call that fails leaves nothing.</summary>
public sealed class AdmissionTests : IAsyncLifetime
{
    private const int ImageBytes = 28 * 28 * 4, Room = 40;
    private readonly TemporaryFolder _folder = new();
    private readonly ApiKey _lab = ApiKey.Create("lab"), _other = ApiKey.Create("other");
    private TestProcess _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var model = new FileInfo(TestKit.Repo.Model("mnist-mlp")).Length;
        var limits = new KeyLimits { StoredBytes = model + Room * ImageBytes, ConcurrentJobs = 2 };
        KeyFileChange.Apply(_folder.File("keys.json"), _ => [Entry(_lab, "lab") with { Limits = limits }, Entry(_other, "other")]);
        // Without a worker: what was accepted stays unfinished.
        var keys = _folder.File("keys.json");
        _gateway = await TestProcess.StartAsync("gateway", _folder.File("data"), gateway: o => o with { KeysFile = keys });
        using var client = _gateway.Client(_lab.Text);
        await SharedCluster.AddAsync(client, "mnist-mlp");
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing_on_the_disk_and_takes_no_room()
    {
        using var client = _gateway.Client(_lab.Text);
        foreach (var id in new[] { "one", "two" }) await SubmitAsync(client, 1, id);
        var before = Blobs();
        for (var i = 1; i < 10; i++)
        {
            var image = Digits.Tensor(i);
            await RefusedAsync("SAL3012", () => client.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, image, Cancellation));
        }
        await RefusedAsync("SAL3012", () => SubmitAsync(client, 9, "three"));
        await RefusedAsync("SAL3001", () => SubmitAsync(client, 9, "two"));
        await EventuallyLeftAsync(before);
        await client.Jobs.CancelAsync("one", Cancellation);
        await SubmitAsync(client, Room - 2, "all");
        Assert.Empty(_gateway.Errors.Lines);
    }

    [Theory, InlineData("Explanations/SubmitJob"), InlineData("Evaluations/SubmitEvaluation")]
    public async Task Open_streams_cannot_take_the_same_room_and_leave_nothing_when_they_are_cancelled(string rpc)
    {
        var before = Blobs();
        using var channel = GrpcChannel.ForAddress(_gateway.Addresses!.Grpc);
        using (var first = Open(channel, rpc, _lab))
        {
            await SendAsync(first, rpc, from: 0, count: 30);
            await Eventually.TrueAsync(() => Task.FromResult(Blobs().Count >= before.Count + 10), "the first stream is stored");
            using var second = Open(channel, rpc, _lab);
            await SendAsync(second, rpc, from: 0, count: 30);
            var refused = await Assert.ThrowsAsync<RpcException>(() => second.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        }
        await EventuallyLeftAsync(before);
        using var client = _gateway.Client(_lab.Text);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await SubmitAsync(client, Room, "all");
                return true;
            }
            catch (GatewayException early) when (early.Code == "SAL3011")
            {
                return false;
            }
        }, "the room is given back");
    }

    [Fact]
    public async Task Uploads_of_models_that_send_nothing_more_hold_no_place_of_others()
    {
        using var channel = GrpcChannel.ForAddress(_gateway.Addresses!.Grpc);
        var idle = new[] { _lab, _lab, _other, _other }.Select(key => Open(channel, "Models/UploadModel", key)).ToArray();
        foreach (var call in idle)
        {
            await call.RequestStream.WriteAsync(new UploadModelRequest { Header = new() { Name = "idle" } }.ToByteArray(), Cancellation);
            await call.RequestStream.WriteAsync(new UploadModelRequest { Data = ByteString.CopyFrom(8) }.ToByteArray(), Cancellation);
        }
        using var client = _gateway.Client(_other.Text);
        await SharedCluster.AddAsync(client, "mnist-mlp");
        foreach (var call in idle) call.Dispose();
    }

    [Fact]
    public async Task A_model_that_is_refused_leaves_nothing_on_the_disk()
    {
        var before = Blobs();
        using var client = _gateway.Client(_lab.Text);
        var file = File.OpenRead(TestKit.Repo.Model("mnist-cnn"));
        await RefusedAsync("SAL3011", () => client.Models.AddAsync("another", file, cancellation: Cancellation));
        Assert.Equal(before, Blobs());
    }

    private static AsyncDuplexStreamingCall<byte[], byte[]> Open(GrpcChannel channel, string rpc, ApiKey key)
    {
        var bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var method = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming, RawCall.All[rpc].Service.FullName, RawCall.All[rpc].Name, bytes, bytes);
        var headers = new Metadata { { "authorization", $"Bearer {key.Text}" } };
        var options = new CallOptions(headers, cancellationToken: Cancellation);
        return channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, options);
    }

    private static async Task SendAsync(AsyncDuplexStreamingCall<byte[], byte[]> call, string rpc, int from, int count)
    {
        var isJob = rpc.EndsWith("SubmitJob", StringComparison.Ordinal);
        var options = new EvaluationOptions { Methods = { "gradient" } };
        IMessage header = isJob
            ? new SubmitJobRequest { Header = new() { Model = "mnist-mlp", Options = new() { Method = "gradient" } } }
            : new SubmitEvaluationRequest { Header = new() { Model = "mnist-mlp", Options = options } };
        var images = Enumerable.Range(from, count).Select(i =>
        {
            var image = new Image
            {
                Name = $"i{i}", Format = ImageFormat.Tensor, Shape = { 1, 28, 28 },
                Data = ByteString.CopyFrom([.. Enumerable.Repeat((byte)i, ImageBytes)]),
            };
            return isJob ? (IMessage)new SubmitJobRequest { Image = image }
                : new SubmitEvaluationRequest { Image = new() { Image = image } };
        });
        try
        {
            foreach (var message in images.Prepend(header)) await call.RequestStream.WriteAsync(message.ToByteArray(), Cancellation);
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException)
        {
            // Refused before everything was sent; the answer says why.
        }
    }

    private SortedSet<string> Blobs() => [.. Directory.EnumerateFiles(
        Path.Combine(_folder.File("data"), "blobs"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).OfType<string>()];

    private Task EventuallyLeftAsync(SortedSet<string> before) =>
        Eventually.TrueAsync(() => Task.FromResult(before.SetEquals(Blobs())), "nothing is left of what was refused");

    private static KeyEntry Entry(ApiKey key, string tenant) =>
        new() { Id = key.Id, Tenant = tenant, Role = Role.Submit, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch };

    private static Task<Job> SubmitAsync(SaliencyClient client, int images, string id) =>
        client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(images), id, Cancellation);

    private static async Task RefusedAsync(string code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<GatewayException>(call)).Code);
}
