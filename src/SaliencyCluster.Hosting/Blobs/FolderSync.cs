using System.Runtime.InteropServices;

namespace SaliencyCluster.Hosting.Blobs;

/// <summary>What .NET has no call for: to make a rename durable, and to give a file a name only where no other file has it.</summary>
internal static partial class FolderSync
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY of Linux

    /// <summary>Gives a file a second name in one step, where File.Move looks first and then replaces.</summary>
    /// <returns>False where a file has that name, or the file system knows no second names.</returns>
    public static bool LinkIfMissing(string file, string name) => !OperatingSystem.IsWindows() && Link(file, name) == 0;

    /// <summary>Flushes a folder, on Unix.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor < 0) throw new IOException($"The folder {folder} cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
        var result = Fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0) throw new IOException($"The folder {folder} cannot be flushed (errno {error}).");
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
