namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>The folder of blobs on a small disk of its own (tmpfs), which can be filled up. Where mounting is not permitted it is a plain folder.</summary>
internal sealed class BlobDisk : IDisposable
{
    private readonly string _filler;

    public BlobDisk(string folder)
    {
        Folder = Path.Combine(folder, "blobs");
        _filler = Path.Combine(Folder, "filler");
        Directory.CreateDirectory(Folder);
        Missing = Shell.IsRoot ? Shell.Try("mount", "-t", "tmpfs", "-o", "size=192m", "saliency-faults", Folder) : "only root may mount a disk that can be filled";
    }

    public string Folder { get; }

    /// <summary>Gets why the disk cannot be filled here; null where it can.</summary>
    public string? Missing { get; }

    /// <summary>Leaves no byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1 << 20];
        for (var size = block.Length; size >= 1; size /= 2)
        {
            try
            {
                while (true) file.Write(block, 0, size);
            }
            catch (IOException)
            {
                // No room for so many bytes; perhaps for half as many.
            }
        }
    }

    public void Empty() => File.Delete(_filler);

    public void Dispose()
    {
        if (Missing is null) Shell.Run("umount", "-l", Folder);
    }
}
