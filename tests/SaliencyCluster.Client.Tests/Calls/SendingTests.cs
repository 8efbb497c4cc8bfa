using System.Runtime.CompilerServices;
using Grpc.Core;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Client.Tests.Fakes;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Tests.Calls;

public sealed class SendingTests
{
    // Far more than the slowest machine needs; a call that hangs fails with it.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Uploads => ["model", "job", "evaluation"];

    [Theory, MemberData(nameof(Uploads))]
    public async Task An_early_refusal_is_heard_though_the_write_under_way_never_ends(string upload)
    {
        using var handler = new FullTransport(StatusCode.ResourceExhausted);
        using var client = new SaliencyClient(new Uri("http://gateway"), new SaliencyClientOptions { Handler = handler });
        var error = await Assert.ThrowsAsync<GatewayException>(() => SendAsync(client, upload, Enumerable.Repeat(Picture, 3).ToAsyncEnumerable()).WaitAsync(Limit, Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, error.Status);
        Assert.Contains("no room", error.What, StringComparison.Ordinal);
        Assert.True(handler.WriteBegun.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_early_refusal_is_heard_though_the_next_image_is_still_awaited()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Submit = async _ =>
            {
                await asked.Task;
                throw new RpcException(new Status(StatusCode.ResourceExhausted, "no room"));
            },
        });
        using var client = gateway.Client();
        var error = await Assert.ThrowsAsync<GatewayException>(() => SendAsync(client, "job", NeverAsync(asked, stopped, Cancellation)).WaitAsync(Limit, Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, error.Status);
        await stopped.Task.WaitAsync(Limit, Cancellation);
    }

    [Fact]
    public async Task A_cancelled_upload_ends_though_its_write_never_does()
    {
        using var handler = new FullTransport(status: null);
        using var client = new SaliencyClient(new Uri("http://gateway"), new SaliencyClientOptions { Handler = handler });
        using var user = new CancellationTokenSource();
        var upload = client.Jobs.SubmitAsync("m", new() { Method = "gradient" }, new[] { Picture }.ToAsyncEnumerable(), cancellation: user.Token);
        await handler.WriteBegun.WaitAsync(Limit, Cancellation);
        await user.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload.WaitAsync(Limit, Cancellation));
    }

    [Fact]
    public async Task A_source_that_fails_is_the_error_and_cancels_the_call()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Submit = async stream =>
            {
                await Assert.ThrowsAnyAsync<Exception>(async () => await stream.ReadAllAsync(Cancellation).ToListAsync(Cancellation));
                cancelled.SetResult();
                return new Job();
            },
        });
        using var client = gateway.Client();
        var failing = new[] { 1 }.ToAsyncEnumerable().Select(ImageInput (int _) => throw new InvalidDataException("torn"));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => SendAsync(client, "job", failing).WaitAsync(Limit, Cancellation));
        Assert.Equal("torn", error.Message);
        await cancelled.Task.WaitAsync(Limit, Cancellation);
    }

    private static ImageInput Picture => ImageInput.FromEncoded("picture", new byte[] { 1, 2, 3 });

    private static Task SendAsync(SaliencyClient client, string upload, IAsyncEnumerable<ImageInput> images) => upload switch
    {
        "model" => client.Models.AddAsync("m", new MemoryStream(new byte[1 << 22]), cancellation: Cancellation),
        "job" => client.Jobs.SubmitAsync("m", new() { Method = "gradient" }, images, cancellation: Cancellation),
        _ => client.Evaluations.SubmitAsync("m", new(), images.Select(i => new Client.Evaluations.EvaluationImageInput(i)), cancellation: Cancellation),
    };

    private static async IAsyncEnumerable<ImageInput> NeverAsync(
        TaskCompletionSource asked, TaskCompletionSource stopped, [EnumeratorCancellation] CancellationToken cancellation)
    {
        asked.SetResult();
        var never = new TaskCompletionSource();
        try
        {
            await never.Task.WaitAsync(cancellation);
        }
        finally
        {
            stopped.SetResult();
        }
        yield break;
    }
}
