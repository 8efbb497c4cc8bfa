using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SaliencyCluster.Client.Provenance;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Cli.Tests.Verify;

/// <summary>A folder as <c>jobs fetch</c> writes it: two images, the second of which failed.</summary>
internal static class SignedFolder
{
    public static byte[] Secret { get; } = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public static SigningKey Key { get; } = SigningKey.Sign(Secret, []).Key;

    /// <summary>Writes it and returns its path.</summary>
    public static string Write(string path, string modelHash = "aa")
    {
        var map = NpyFile.Write(new([1, 2, 2], [1, 2, 3, float.NaN]));
        Directory.CreateDirectory(Path.Combine(path, "digit"));
        File.WriteAllBytes(Path.Combine(path, "digit", "gradient.npy"), map);
        File.WriteAllText(Path.Combine(path, "digit", "result.json"), $$$"""
            {"image":"digit","method":"gradient","model":"m:1","modelHash":"{{{modelHash}}}","target":"3","score":0.5,"points":1.0,"parameters":{"seed":7,"layer":null}}
            """);
        var parameters = JsonSerializer.SerializeToElement(new { seed = 7, layer = (string?)null });
        ManifestImage[] images =
        [
            new(0, "digit", "bb", "done") { Maps = [new("gradient", Convert.ToHexStringLower(SHA256.HashData(map)), "3", 0.5, 1, parameters, ["w/cpu"])] },
            new(1, "broken", "cc", "failed") { Failure = "SAL2120" },
        ];
        var lines = Encoding.UTF8.GetBytes(string.Concat(images.Select(i => JsonSerializer.Serialize(i, JobManifest.Json) + "\n")));
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new JobManifest
            {
                Job = "j", Tenant = "default", State = "done", Created = DateTimeOffset.UnixEpoch, Model = "m:1", ModelSha256 = modelHash,
                Requests = [new JsonObject { ["method"] = "gradient", ["seed"] = "7" }], Version = "0.0.0", Images = 2,
                ImagesSha256 = Convert.ToHexStringLower(SHA256.HashData(lines)),
            }, JobManifest.Json);
        File.WriteAllBytes(Path.Combine(path, "manifest.images.jsonl"), lines);
        File.WriteAllBytes(Path.Combine(path, "manifest.json"), manifest);
        File.WriteAllBytes(Path.Combine(path, "manifest.sig"), SigningKey.Sign(Secret, manifest).Signature);
        File.WriteAllText(Path.Combine(path, "manifest.pem"), Key.ToPem());
        return path;
    }
}
