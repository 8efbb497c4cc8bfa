using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Tests.Images;

public sealed class DecodingRoomTests
{
    private static readonly byte[] File = PictureEncoder.Png(new PixelImage(200, 100, new byte[60_000]));
    private static readonly long Need = PictureDecoder.MemoryOf(File, "photo");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_that_do_not_fit_together_are_decoded_one_after_another()
    {
        var room = new DecodingRoom((2 * Need) - 1);
        using var done = new SemaphoreSlim(0);
        var entered = new TaskCompletionSource();
        var (open, most) = (0, 0);
        int Use(PixelImage picture)
        {
            var now = Interlocked.Increment(ref open);
            most = Math.Max(most, now);
            entered.TrySetResult();
            done.Wait(Cancellation);
            Interlocked.Decrement(ref open);
            return picture.Width;
        }
        var first = Task.Run(() => room.DecodeAsync(File, "photo", Use, Cancellation), Cancellation);
        await entered.Task.WaitAsync(Cancellation);
        var others = Enumerable.Range(0, 4).Select(_ => room.DecodeAsync(File, "photo", Use, Cancellation)).ToList();
        Assert.All(others, o => Assert.False(o.IsCompleted));
        Assert.Equal(Need, room.Used);
        done.Release(5);
        Assert.Equal(100, await first);
        Assert.All(await Task.WhenAll(others), width => Assert.Equal(100, width));
        Assert.Equal((1, 0L), (most, room.Used));
    }

    [Fact]
    public async Task A_picture_that_never_fits_is_refused_and_says_what_it_takes()
    {
        var room = new DecodingRoom(Need - 1);
        var error = await Assert.ThrowsAsync<SaliencyException>(() => room.DecodeAsync(File, "photo", p => p, Cancellation));
        Assert.Equal("SAL2121", error.Code);
        Assert.Contains("To decode 'photo' takes about", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_leaves_while_waiting_and_what_cannot_be_read_give_their_room_back()
    {
        var room = new DecodingRoom(Need);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await room.DecodeAsync(File, "photo", async _ =>
        {
            // Decoded, so the room is taken until this returns.
            var waiting = room.DecodeAsync(File, "photo", p => p, leaving.Token);
            Assert.False(waiting.IsCompleted);
            leaving.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }, Cancellation).Unwrap();
        var damaged = File.ToArray();
        damaged.AsSpan(40).Fill(7);
        await Assert.ThrowsAsync<SaliencyException>(() => room.DecodeAsync(damaged, "photo", p => p, Cancellation));
        Assert.Equal(0, room.Used);
        Assert.Equal(100, await room.DecodeAsync(File, "photo", p => p.Width, Cancellation));
    }
}
