namespace SaliencyCluster.Dashboard.Jobs;

/// <summary>Makes names that the gateway takes out of those of a user's files.</summary>
internal static class ImageName
{
    /// <summary>Gets the name without extension, with '-' for what may not be in a name, at most 100 characters.</summary>
    public static string Of(string file)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        var name = string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')).TrimStart('.');
        return name.Length == 0 ? "image" : name[..Math.Min(100, name.Length)];
    }
}
