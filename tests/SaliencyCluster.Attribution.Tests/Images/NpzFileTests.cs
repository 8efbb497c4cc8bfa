using System.IO.Compression;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Attribution.Tests.Images;

public class NpzFileTests
{
    [Fact]
    public void An_archive_holds_each_array_under_its_name_and_is_the_same_bytes_each_time()
    {
        (string, Tensor)[] arrays = [("gradient", new([2], [1, 2])), ("idgi", new([1, 2], [3, 4]))];
        var file = NpzFile.Write(arrays);
        Assert.Equal(file, NpzFile.Write(arrays));
        using var archive = new ZipArchive(new MemoryStream(file));
        Assert.Equal(["gradient.npy", "idgi.npy"], archive.Entries.Select(e => e.FullName));
        using var entry = archive.Entries[1].Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        var read = NpyFile.Read(bytes.ToArray(), "idgi");
        Assert.Equal([1, 2], read.Shape);
        Assert.Equal([3, 4], read.Data);
    }
}
