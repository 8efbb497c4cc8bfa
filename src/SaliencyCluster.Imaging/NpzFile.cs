using System.IO.Compression;
using SaliencyCluster.Attribution;

namespace SaliencyCluster.Imaging;

/// <summary>Writes NumPy's <c>.npz</c> files: several <c>.npy</c> arrays by name in one ZIP archive.</summary>
public static class NpzFile
{
    // ZIP's own earliest date: equal arrays give equal files.
    private static readonly DateTimeOffset Date = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Gets the archive.</summary>
    /// <param name="arrays">Name and values of each array; <c>numpy.load</c> finds them by these names.</param>
    public static byte[] Write(IEnumerable<(string Name, Tensor Values)> arrays)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, values) in arrays)
            {
                var entry = archive.CreateEntry(name + ".npy", CompressionLevel.Fastest);
                entry.LastWriteTime = Date;
                using var file = entry.Open();
                file.Write(NpyFile.Write(values));
            }
        return stream.ToArray();
    }
}
