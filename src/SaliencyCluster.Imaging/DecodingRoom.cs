using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging;

/// <summary>The memory that pictures which nobody vouches for may take while they are decoded, all those of a process together. Those for
/// which there is no room wait, in the order in which they came. Thread-safe.</summary>
/// <param name="budget">The most bytes.</param>
public sealed class DecodingRoom(long budget)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private long _used;

    /// <summary>Gets the room of this process: half of the memory that it may take.</summary>
    public static DecodingRoom OfProcess { get; } = new(Math.Max(1L << 26, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2));

    /// <summary>Gets the bytes that are held.</summary>
    public long Used { get { lock (_gate) return _used; } }

    /// <summary>Decodes a picture once there is room for it, which it keeps until it was used.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">File name or other origin, for messages.</param>
    /// <param name="use">What is made of the picture.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="SaliencyException">SAL2120: a format that is not read, or damaged. SAL2121: too many pixels, or more than the
    /// memory of this process holds.</exception>
    public async Task<T> DecodeAsync<T>(ReadOnlyMemory<byte> file, string source, Func<PixelImage, T> use, CancellationToken cancellation)
    {
        var bytes = PictureDecoder.MemoryOf(file.Span, source);
        if (bytes > budget)
            throw new SaliencyException(
                "SAL2121",
                $"To decode '{source}' takes about {bytes >> 20} MB; this process has {budget >> 20} MB for pictures, half of its memory.",
                "Make the picture smaller, or save it without interlacing or as a baseline JPEG; or give the process more memory.");
        var waiter = new Waiter(bytes);
        lock (_gate)
        {
            _waiting.AddLast(waiter);
            Grant();
        }
        try
        {
            await waiter.Granted.Task.WaitAsync(cancellation);
        }
        catch
        {
            // It may have been granted just before.
            lock (_gate)
            {
                if (_waiting.Remove(waiter)) Grant();
                else Release(bytes);
            }
            throw;
        }
        try
        {
            return use(PictureDecoder.Decode(file.Span, source));
        }
        finally
        {
            lock (_gate) Release(bytes);
        }
    }

    private void Grant()
    {
        while (_waiting.First is { } next && _used + next.Value.Bytes <= budget)
        {
            _waiting.RemoveFirst();
            _used += next.Value.Bytes;
            next.Value.Granted.SetResult();
        }
    }

    private void Release(long bytes)
    {
        _used -= bytes;
        Grant();
    }

    private sealed class Waiter(long bytes)
    {
        public long Bytes => bytes;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
