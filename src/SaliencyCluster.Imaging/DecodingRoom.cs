using SaliencyCluster.Onnx;

namespace SaliencyCluster.Imaging;

/// <summary>The memory that pictures which nobody vouches for may take while they are decoded, all those of a process together. Those for
/// which there is no room wait, in the order in which they came. Thread-safe.</summary>
/// <param name="budget">The most bytes.</param>
public sealed class DecodingRoom(long budget)
{
    private readonly ImageMemory _memory = new(budget);

    /// <summary>Gets the room of this process: half of the memory that it may take.</summary>
    public static DecodingRoom OfProcess { get; } = new(Math.Max(1L << 26, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2));

    /// <summary>Gets the bytes that are held.</summary>
    public long Used => _memory.Used;

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
        using var room = await _memory.ReserveAsync(bytes, urgent: false, cancellation);
        return use(PictureDecoder.Decode(file.Span, source));
    }
}
