namespace SaliencyCluster.Dashboard.Uploads;

/// <summary>Makes names that the gateway takes out of those of a user's files.</summary>
internal static class ImageName
{
    private const int Longest = 100;

    /// <summary>Gets the name without extension, with '-' for what may not be in a name.</summary>
    /// <param name="file">The file, with the folders on the way to it and '/' between them.</param>
    public static string Of(string file)
    {
        var stem = Path.GetFileNameWithoutExtension(file.Replace('/', '-').Replace('\\', '-'));
        var name = string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')).TrimStart('.');
        // The end tells files of one folder apart.
        var end = name[^Math.Min(Longest, name.Length)..].TrimStart('.');
        return end.Length == 0 ? "image" : end;
    }
}
