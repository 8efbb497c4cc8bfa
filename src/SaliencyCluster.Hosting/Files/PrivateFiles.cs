namespace SaliencyCluster.Hosting.Files;

/// <summary>Files of the cluster's state: images, models and maps of all tenants, which no other account of the host may read.</summary>
public static class PrivateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder for its owner alone, and those above it that are missing. One that is there stays as it is.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
    }

    /// <summary>Opens a new file for its owner alone.</summary>
    public static FileStream CreateNew(string path, int buffer, FileAccess access = FileAccess.Write, FileOptions options = FileOptions.Asynchronous) =>
        new(path, Created(new() { Mode = FileMode.CreateNew, Access = access, Share = FileShare.None, BufferSize = buffer, Options = options }));

    /// <summary>Makes a file unless it is there, for its owner alone.</summary>
    public static void Ensure(string path) =>
        new FileStream(path, Created(new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite })).Dispose();

    /// <summary>Writes a file in one step, for its owner alone.</summary>
    public static void Replace(string path, string text)
    {
        var part = $"{path}.{Environment.ProcessId}.part";
        File.Delete(part);
        using (var file = CreateNew(part, buffer: 0, options: FileOptions.None)) file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        File.Move(part, path, overwrite: true);
    }

    private static FileStreamOptions Created(FileStreamOptions options)
    {
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
        return options;
    }
}
