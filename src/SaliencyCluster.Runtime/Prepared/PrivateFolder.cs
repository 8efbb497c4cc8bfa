namespace SaliencyCluster.Runtime.Prepared;

/// <summary>A folder that is kept between processes for one user alone: what is in it decides what is computed.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes it, where it is not there.</summary>
    public static void Create(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Whether an error is one of the files in it: the process goes on without them.</summary>
    public static bool IsFault(Exception error) => error is IOException or UnauthorizedAccessException or System.Security.SecurityException;
}
