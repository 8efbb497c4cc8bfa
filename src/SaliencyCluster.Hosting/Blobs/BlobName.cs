namespace SaliencyCluster.Hosting.Blobs;

/// <summary>Names of blobs: nothing else may become part of a path.</summary>
internal static class BlobName
{
    public static bool IsHash(string name) => name.Length == 64 && !name.AsSpan().ContainsAnyExcept("0123456789abcdef");

    public static string Checked(string hash) => IsHash(hash) ? hash : throw BlobErrors.Missing(hash);
}
