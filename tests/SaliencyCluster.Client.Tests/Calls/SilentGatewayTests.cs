using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Client.Tests.Fakes;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Tests.Calls;

/// <summary>A gateway that is connected and says nothing.</summary>
public sealed class SilentGatewayTests
{
    private const int Http2Cancel = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_without_an_answer_is_an_error_after_its_time_and_is_cancelled()
    {
        var asked = Source();
        var cancelled = Source();
        await using var gateway = await FakeGateway.StartAsync(new Script { List = (_, context) => NeverAsync<ListJobsResponse>(asked, cancelled, context.CancellationToken) });
        var clock = new FakeTimeProvider();
        using var client = new SaliencyClient(gateway.Endpoint, new SaliencyClientOptions { Clock = clock });
        var call = client.Jobs.ListPageAsync(new(), Cancellation);
        await asked.Task.WaitAsync(Cancellation);
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        await IsSilentAsync(call);
        await cancelled.Task.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task An_upload_whose_answer_does_not_come_is_an_error_after_its_time()
    {
        var read = Source();
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Submit = async stream =>
            {
                while (await stream.MoveNext(Cancellation)) _ = stream.Current;
                return await NeverAsync<Job>(read, Source(), Cancellation);
            },
        });
        var clock = new FakeTimeProvider();
        using var client = new SaliencyClient(gateway.Endpoint, new SaliencyClientOptions { Clock = clock });
        var call = SubmitAsync(client, Cancellation);
        await read.Task.WaitAsync(Cancellation);
        await IsSilentAsync(AdvancedAsync(call, clock));
    }

    [Fact]
    public async Task An_upload_that_nobody_reads_is_an_error_after_the_time_of_one_message()
    {
        using var handler = new FullTransport(status: null);
        var clock = new FakeTimeProvider();
        using var client = new SaliencyClient(new Uri("http://gateway"), new SaliencyClientOptions { Handler = handler, Clock = clock });
        var call = SubmitAsync(client, Cancellation);
        await handler.WriteBegun.WaitAsync(Cancellation);
        await IsSilentAsync(AdvancedAsync(call, clock));
    }

    [Fact]
    public async Task A_gateway_that_cuts_a_call_off_is_an_error_and_no_cancellation()
    {
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            List = async (_, context) =>
            {
                context.GetHttpContext().Features.GetRequiredFeature<IHttpResetFeature>().Reset(Http2Cancel);
                return await new TaskCompletionSource<ListJobsResponse>().Task.WaitAsync(context.CancellationToken);
            },
        });
        using var client = gateway.Client();
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.Jobs.ListPageAsync(new(), Cancellation));
        Assert.True(error.Code == "SAL2580", error.ToString());
    }

    [Fact]
    public async Task A_call_that_its_user_cancels_is_a_cancellation()
    {
        var asked = Source();
        await using var gateway = await FakeGateway.StartAsync(new Script { List = (_, context) => NeverAsync<ListJobsResponse>(asked, Source(), context.CancellationToken) });
        using var client = gateway.Client();
        using var user = new CancellationTokenSource();
        var call = client.Jobs.ListPageAsync(new(), user.Token);
        await asked.Task.WaitAsync(Cancellation);
        await user.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task SubmitAsync(SaliencyClient client, CancellationToken cancellation) => client.Jobs.SubmitAsync(
        "m", new() { Method = "gradient" }, new[] { ImageInput.FromEncoded("picture", new byte[] { 1, 2, 3 }) }.ToAsyncEnumerable(), cancellation: cancellation);

    // The timer of the wait is made somewhere on the way to it.
    private static async Task AdvancedAsync(Task call, FakeTimeProvider clock)
    {
        while (!call.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            await Task.Yield();
        }
        await call;
    }

    private static async Task IsSilentAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<GatewayException>(() => call);
        Assert.Equal(("SAL2583", StatusCode.DeadlineExceeded), (error.Code, error.Status));
        Assert.Contains("did not answer within 00:10:00", error.What, StringComparison.Ordinal);
    }

    private static async Task<T> NeverAsync<T>(TaskCompletionSource asked, TaskCompletionSource cancelled, CancellationToken cancellation)
    {
        var never = new TaskCompletionSource<T>();
        asked.SetResult();
        try
        {
            return await never.Task.WaitAsync(cancellation);
        }
        finally
        {
            cancelled.SetResult();
        }
    }
}
