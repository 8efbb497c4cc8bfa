namespace SaliencyCluster.Cli.Inputs;

/// <summary>Where graphs are kept between two calls: the user's folder for what may be deleted at any time.</summary>
internal static class UserCache
{
    /// <summary>The variable that names another folder; empty for none.</summary>
    public const string Variable = "SALIENCY_CACHE";

    /// <summary>Gets the folder; null for none.</summary>
    public static string? Folder => Environment.GetEnvironmentVariable(Variable) is { } chosen
        ? chosen.Length > 0 ? chosen : null
        : Base is { Length: > 0 } home ? Path.Combine(home, "saliency", "graphs") : null;

    private static string? Base =>
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache) ? cache
        : Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache") : null;
}
