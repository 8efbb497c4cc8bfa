using System.Runtime.InteropServices;
using Google.Protobuf;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Images;

/// <summary>An image to explain. Files are read when they are sent, so a job of many images needs memory for one.</summary>
public sealed class ImageInput
{
    private readonly Func<CancellationToken, Task<ReadOnlyMemory<byte>>> _read;
    private readonly ImageFormat _format;
    private readonly IReadOnlyList<long> _shape;

    private ImageInput(string name, ImageFormat format, IReadOnlyList<long> shape, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> read) =>
        (Name, _format, _shape, _read) = (name, format, shape, read);

    /// <summary>Gets what the image is called in results.</summary>
    public string Name { get; }

    /// <summary>Takes a picture file (PNG, JPEG, WebP, GIF, BMP, TIFF); it goes through the model's preprocessing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The name in results; null takes the file's name without extension.</param>
    public static ImageInput FromFile(string path, string? name = null) => new(
        name ?? Path.GetFileNameWithoutExtension(path), ImageFormat.Encoded, [], async ct => await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false));

    /// <summary>Takes the bytes of a picture file; they go through the model's preprocessing.</summary>
    public static ImageInput FromEncoded(string name, ReadOnlyMemory<byte> file) => new(name, ImageFormat.Encoded, [], _ => Task.FromResult(file));

    /// <summary>Takes an input of the model as it is, without any preprocessing.</summary>
    /// <param name="name">The name in results.</param>
    /// <param name="shape">The dimensions without batch, such as <c>[3,224,224]</c>.</param>
    /// <param name="values">The elements in C order.</param>
    public static ImageInput FromTensor(string name, IReadOnlyList<long> shape, ReadOnlyMemory<float> values) =>
        new(name, ImageFormat.Tensor, shape, _ => Task.FromResult<ReadOnlyMemory<byte>>(MemoryMarshal.AsBytes(values.Span).ToArray()));

    internal async Task<Image> WholeAsync(CancellationToken cancellation)
    {
        var image = new Image { Name = Name, Format = _format, Data = UnsafeByteOperations.UnsafeWrap(await _read(cancellation).ConfigureAwait(false)) };
        image.Shape.AddRange(_shape);
        return image;
    }

    internal async IAsyncEnumerable<Image> PiecesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var data = await _read(cancellation).ConfigureAwait(false);
        var first = true;
        foreach (var (piece, more) in Pieces.Of(data))
        {
            var image = new Image { Data = UnsafeByteOperations.UnsafeWrap(piece), More = more };
            if (first)
            {
                (image.Name, image.Format, first) = (Name, _format, false);
                image.Shape.AddRange(_shape);
            }
            yield return image;
        }
    }
}
