using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>Changes a file of keys so that a gateway, or a crash, never sees half of it.</summary>
public static class KeyFileChange
{
    /// <summary>Reads the keys, none where there is no file, and puts those that <paramref name="change"/> returns in their place.</summary>
    /// <remarks>The file is readable by its owner alone. Two changes at a time: the second is refused.</remarks>
    /// <exception cref="SaliencyException">SAL9025: the file holds mistakes. SAL9026: it cannot be written, or another change is under way.</exception>
    public static void Apply(string path, Func<IReadOnlyList<KeyEntry>, IReadOnlyList<KeyEntry>> change)
    {
        // Through a link, so that the file that it means is replaced and not the link.
        path = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path) : Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var alone = Open(path + ".lock", FileMode.OpenOrCreate, FileOptions.DeleteOnClose);
            var content = KeyFile.Write(change(File.Exists(path) ? KeyFile.Read(path) : []));
            KeyFile.Parse(content, path);
            using (var file = Open(path + ".new", FileMode.Create, FileOptions.WriteThrough)) file.Write(content);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SaliencyException("SAL9026", $"The key file '{path}' cannot be changed: {error.Message}",
                "Check the folder's permissions, and that no other 'saliency keys' is changing it.", error);
        }
    }

    private static FileStream Open(string path, FileMode mode, FileOptions options)
    {
        var stream = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = options };
        if (!OperatingSystem.IsWindows()) stream.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, stream);
    }
}
