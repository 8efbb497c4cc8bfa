using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Reads the number of each pixel's segment: an array of height and width, or a picture in which a segment has one
/// colour.</summary>
internal static class SegmentFile
{
    /// <summary>Gets the numbers as <c>[1, height, width]</c>.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2510 and those of arrays and pictures: there is no such file, or it cannot be
    /// read.</exception>
    public static Tensor Read(string path)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("segments", path);
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            var array = NpyFile.ReadNumbers(InputFile.Bytes(path), path);
            return array.Shape is [var height, var width] ? new([1, height, width], array.Data) : array;
        }
        var picture = PictureDecoder.Decode(InputFile.Bytes(path), path);
        var numbers = Enumerable.Range(0, picture.Height * picture.Width).Select(i => picture.Grey16 is { } grey
            ? grey[i] : (float)((picture.Rgb[3 * i] << 16) | (picture.Rgb[(3 * i) + 1] << 8) | picture.Rgb[(3 * i) + 2]));
        return new([1, picture.Height, picture.Width], [.. numbers]);
    }
}
