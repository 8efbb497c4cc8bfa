using SaliencyCluster.Client;
using SaliencyCluster.Client.Jobs;

namespace SaliencyCluster.Cli.Results;

/// <summary>The files that prove the results of a job, beside the folders of its images.</summary>
internal static class ManifestFiles
{
    /// <summary>What the deployment says of the job.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The signature of its bytes.</summary>
    public const string Signature = "manifest.sig";

    /// <summary>The key that it was signed with.</summary>
    public const string Key = "manifest.pem";

    /// <summary>A line for each image.</summary>
    public const string Images = "manifest.images.jsonl";

    /// <summary>Writes them for a job that has ended; nothing for one that has not.</summary>
    /// <returns>Whether they were written.</returns>
    /// <exception cref="Onnx.SaliencyException">SAL2520: a file cannot be written.</exception>
    public static async Task<bool> WriteAsync(SaliencyClient client, string job, ResultFolder folder, CancellationToken cancellation)
    {
        if (!JobClient.HasEnded(await client.Jobs.GetAsync(job, cancellation))) return false;
        // A few hundred bytes an image, beside maps of that many kilobytes.
        using var lines = new MemoryStream();
        var signed = await client.Jobs.ReadManifestAsync(job, lines, cancellation);
        folder.Write(Images, lines.ToArray());
        folder.Write(Key, System.Text.Encoding.ASCII.GetBytes(signed.PublicKey));
        folder.Write(Signature, signed.Signature.ToByteArray());
        folder.Write(Manifest, signed.Manifest.ToByteArray());
        return true;
    }
}
