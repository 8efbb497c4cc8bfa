using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Tests.Fakes;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Limits;

public sealed class CallBlobsTests
{
    private static readonly byte[] Picture = [1, 2, 3];
    private readonly MemoryBlobs _blobs = new();
    private readonly Room _room = new(10);
    private readonly IntakeBlobs _intake;

    public CallBlobsTests() => _intake = new(_blobs, null!, NullLogger<IntakeBlobs>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_failed_call_wrote_goes_and_its_room_comes_back()
    {
        await using (var call = Call())
        {
            await StoreAsync(call, Picture);
            Assert.Equal((3, 1), (call.Reserved, _blobs.Blobs.Count));
            Assert.Equal(10, _room.Held);
        }
        Assert.Equal((0, 0), (_room.Held, _blobs.Blobs.Count));
    }

    [Fact]
    public async Task What_was_refused_goes_and_what_was_accepted_stays()
    {
        await using (var call = Call())
        {
            await StoreAsync(call, Picture);
            var refusal = new SaliencyException("SAL3012", "Too many jobs.", "Wait.");
            await Assert.ThrowsAsync<SaliencyException>(() => call.HandOverAsync<int>(() => throw refusal));
        }
        Assert.Empty(_blobs.Blobs);
        await using (var call = Call())
        {
            await StoreAsync(call, Picture);
            Assert.Equal(7, await call.HandOverAsync(() => Task.FromResult(7)));
        }
        Assert.Single(_blobs.Blobs);
        Assert.Equal(0, _room.Held);
    }

    public static TheoryData<Exception> Unclear => new()
    {
        new SaliencyException("SAL9032", "The database does not answer.", "Call again."),
        new SaliencyException("SAL3099", "A fault.", "Look into the log."),
        new TimeoutException("No answer."),
        new OperationCanceledException("The caller is gone."),
    };

    [Theory, MemberData(nameof(Unclear), DisableDiscoveryEnumeration = true)]
    public async Task What_may_have_been_accepted_stays_and_counts(Exception error)
    {
        await using (var call = Call())
        {
            await StoreAsync(call, Picture);
            await Assert.ThrowsAsync(error.GetType(), () => call.HandOverAsync<int>(() => throw error));
        }
        Assert.Single(_blobs.Blobs);
        Assert.Equal(3, _room.Left);
    }

    [Fact]
    public async Task What_a_store_cannot_take_back_counts()
    {
        _blobs.KeepsAll = true;
        await using (var call = Call()) await StoreAsync(call, Picture);
        Assert.Equal((3, 1), (_room.Left, _blobs.Blobs.Count));
    }

    [Fact]
    public async Task What_was_there_before_stays_and_does_not_count()
    {
        await _blobs.WriteAsync(Picture, Cancellation);
        await using (var call = Call()) await StoreAsync(call, Picture);
        Assert.Equal((0, 1), (_room.Held, _blobs.Blobs.Count));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Of_two_calls_with_the_same_bytes_the_one_that_fails_leaves_them_to_the_other(bool theFirstFails)
    {
        var (first, second) = (_intake.Begin(), _intake.Begin());
        await first.WriteAsync(Picture, Cancellation);
        await second.WriteAsync(Picture, Cancellation);
        var (failed, accepted) = theFirstFails ? (first, second) : (second, first);
        await failed.DisposeAsync();
        Assert.Single(_blobs.Blobs);
        await accepted.HandOverAsync(() => Task.FromResult(0));
        await accepted.DisposeAsync();
        Assert.Single(_blobs.Blobs);
    }

    [Fact]
    public async Task An_accepted_call_protects_what_the_one_that_fails_after_it_wrote_too()
    {
        var (first, second) = (_intake.Begin(), _intake.Begin());
        await first.WriteAsync(Picture, Cancellation);
        await second.WriteAsync(Picture, Cancellation);
        await second.HandOverAsync(() => Task.FromResult(0));
        await second.DisposeAsync();
        await first.DisposeAsync();
        Assert.Single(_blobs.Blobs);
    }

    [Fact]
    public async Task When_all_calls_with_the_same_bytes_fail_nothing_is_left()
    {
        var calls = Enumerable.Range(0, 3).Select(_ => _intake.Begin()).ToArray();
        foreach (var call in calls) await call.WriteAsync(Picture, Cancellation);
        foreach (var call in calls) await call.DisposeAsync();
        Assert.Empty(_blobs.Blobs);
    }

    [Fact]
    public async Task Small_images_do_not_ask_for_room_one_by_one()
    {
        var room = new Room(100 << 20);
        await using var call = new CallBlobs(_intake, new(room, "Job/t/one", new(null, 100 << 20, null)));
        for (var i = 0; i < 1000; i++) await call.ReserveAsync(3000);
        Assert.InRange(room.Questions, 1, 5);
    }

    private CallBlobs Call() => new(_intake, new(_room, "Job/t/one", new(null, 10, null)));

    private static async Task StoreAsync(CallBlobs call, byte[] bytes)
    {
        await call.ReserveAsync(bytes.Length);
        await call.WriteAsync(bytes, Cancellation);
    }
}
