using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Reads files that were named on the command line; what the system refuses becomes an error with a code.</summary>
internal static class InputFile
{
    /// <exception cref="SaliencyException">SAL2519: the file cannot be read.</exception>
    public static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SaliencyException("SAL2519", $"'{path}' cannot be read: {cause.Message}", "Check that the file exists and that you may read it.", cause);
        }
    }

    /// <summary>Reads all bytes.</summary>
    /// <exception cref="SaliencyException">SAL2519: the file cannot be read.</exception>
    public static byte[] Bytes(string path) => Guarded(path, () => File.ReadAllBytes(path));

    /// <summary>Reads all lines.</summary>
    /// <exception cref="SaliencyException">SAL2519: the file cannot be read.</exception>
    public static string[] Lines(string path) => Guarded(path, () => File.ReadAllLines(path));

    /// <summary>Reads an array.</summary>
    /// <exception cref="SaliencyException">SAL2110, SAL2519: the file cannot be read.</exception>
    public static Tensor Array(string path) => Guarded(path, () => NpyFile.ReadFile(path));

    /// <summary>Reads the beginning of an array: its shape, and whether its elements are pixels.</summary>
    /// <exception cref="SaliencyException">SAL2110, SAL2519: the file cannot be read.</exception>
    public static (int[] Shape, bool IsPixels) ArrayHeader(string path) => Guarded(path, () => (NpyFile.ReadShape(path), NpyFile.HoldsBytes(path)));
}
