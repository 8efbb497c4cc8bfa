using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Tests.Fakes;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Limits;

public sealed class PacedStreamTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_sends_nothing_is_ended()
    {
        var next = Of(new Silent()).MoveNext(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        var error = await Assert.ThrowsAsync<SaliencyException>(() => next);
        Assert.Equal(("SAL2618", "The upload was ended, since it sent nothing for 30 seconds."), (error.Code, error.What));
    }

    [Fact]
    public async Task Who_sends_a_byte_now_and_then_is_ended()
    {
        var stream = Of(new MessageStream<int>(Enumerable.Repeat(1, 10)));
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await stream.MoveNext(Cancellation));
            _time.Advance(TimeSpan.FromSeconds(25));
        }
        var error = await Assert.ThrowsAsync<SaliencyException>(() => stream.MoveNext(Cancellation));
        Assert.Equal(("SAL2618", "The upload was ended, since it sent 4 bytes in 75 seconds, less than 100 a second."), (error.Code, error.What));
    }

    [Fact]
    public async Task Who_goes_on_is_not_ended()
    {
        var stream = Of(new MessageStream<int>(Enumerable.Repeat(5000, 10)));
        for (var i = 0; i < 10; i++)
        {
            Assert.True(await stream.MoveNext(Cancellation));
            _time.Advance(TimeSpan.FromSeconds(25));
        }
        Assert.False(await stream.MoveNext(Cancellation));
    }

    [Fact]
    public async Task Who_goes_on_for_longer_than_an_upload_may_take_is_ended()
    {
        var stream = Of(new MessageStream<int>(Enumerable.Repeat(5000, 1000)));
        for (var i = 0; i < 144; i++)
        {
            Assert.True(await stream.MoveNext(Cancellation));
            _time.Advance(TimeSpan.FromSeconds(25));
        }
        var error = await Assert.ThrowsAsync<SaliencyException>(() => stream.MoveNext(Cancellation));
        Assert.Equal(("SAL2618", "The upload was ended, since it took longer than 01:00:00."), (error.Code, error.What));
    }

    [Fact]
    public async Task A_caller_who_is_gone_is_not_called_slow()
    {
        using var gone = new CancellationTokenSource();
        var next = Of(new Silent()).MoveNext(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private PacedStream<int> Of(IAsyncStreamReader<int> stream) =>
        new Pace(TimeSpan.FromSeconds(30), 100, TimeSpan.FromHours(1)).Hold(stream, _time, message => message);

    private sealed class Silent : IAsyncStreamReader<int>
    {
        public int Current => 0;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return false;
        }
    }
}
