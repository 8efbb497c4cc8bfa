using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SaliencyCluster.Cli.Results;
using SaliencyCluster.Client.Provenance;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Verify;

/// <summary>Something that is not as the deployment signed it.</summary>
/// <param name="File">The file, within the folder.</param>
/// <param name="What">What is wrong with it.</param>
internal sealed record Difference(string File, string What);

/// <summary>Compares a folder of results with its signed manifest.</summary>
internal sealed class ResultCheck
{
    // What the result of a map says, and the manifest too.
    private static readonly string[] Facts =
        ["target", "label", "score", "points", "explained", "convergenceDelta", "standardError", "errorEstimate", "parameters"];

    private readonly string _folder;
    private readonly List<Difference> _differences = [];

    private ResultCheck(string folder, JobManifest manifest, SigningKey key) => (_folder, Manifest, Key) = (folder, manifest, key);

    /// <summary>Gets the manifest.</summary>
    public JobManifest Manifest { get; }

    /// <summary>Gets the key that the folder says it was signed with.</summary>
    public SigningKey Key { get; }

    /// <summary>Gets the lines of images.</summary>
    public IReadOnlyList<ManifestImage> Images { get; private set; } = [];

    /// <summary>Gets the number of maps that were compared.</summary>
    public int Maps { get; private set; }

    /// <summary>Gets what differs.</summary>
    public IReadOnlyList<Difference> Differences => _differences;

    /// <summary>Compares.</summary>
    /// <param name="folder">The folder that <c>jobs fetch</c> wrote.</param>
    /// <param name="trusted">The deployment's key, where it is known from elsewhere; null takes that of the folder.</param>
    /// <exception cref="SaliencyException">SAL2531: there is no manifest, or it cannot be read.</exception>
    public static ResultCheck Of(string folder, SigningKey? trusted)
    {
        var bytes = Read(folder, ManifestFiles.Manifest);
        var key = trusted ?? SigningKey.FromPem(Encoding.ASCII.GetString(Read(folder, ManifestFiles.Key)))
            ?? throw Unreadable(folder, ManifestFiles.Key, "it holds no Ed25519 public key");
        var manifest = Parsed<JobManifest>(folder, ManifestFiles.Manifest, bytes);
        if (manifest.Format != JobManifest.CurrentFormat) throw Unreadable(
            folder, ManifestFiles.Manifest, $"its form is '{manifest.Format}', and this version reads {JobManifest.CurrentFormat}");
        var check = new ResultCheck(folder, manifest, key);
        var owner = trusted is null ? "the key beside it" : "the given key";
        if (!key.Verifies(bytes, Read(folder, ManifestFiles.Signature)))
            check.Differs(ManifestFiles.Manifest, $"its signature is not that of {owner}");
        check.CompareImages();
        return check;
    }

    private void CompareImages()
    {
        var lines = Read(_folder, ManifestFiles.Images);
        if (Hash(lines) != Manifest.ImagesSha256) Differs(ManifestFiles.Images, "the manifest proves other lines");
        Images = [.. Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Line)];
        if (Images.Count != Manifest.Images)
            Differs(ManifestFiles.Images, $"it has {Images.Count} lines, and the job {Manifest.Images} images");
        foreach (var image in Images)
            foreach (var map in image.Maps ?? []) Compare(image, map);
        var names = Images.Select(image => image.Name).ToHashSet(StringComparer.Ordinal);
        var folders = Directory.EnumerateDirectories(_folder).Select(d => Path.GetFileName(d)!);
        foreach (var extra in folders.Where(d => !names.Contains(d)).Order(StringComparer.Ordinal))
            Differs(extra, "the job has no image of this name");
    }

    // Whoever changed the lines may have written anything there.
    private ManifestImage Line(string text)
    {
        var image = Parsed<ManifestImage>(_folder, ManifestFiles.Images, Encoding.UTF8.GetBytes(text));
        return IsName(image.Name) && (image.Maps ?? []).All(m => m is { Sha256: not null } && IsName(m.Method))
            ? image
            : throw Unreadable(_folder, ManifestFiles.Images, "a line lacks the name of a file, or has one that is none");
    }

    private static bool IsName(string? name) => name is not (null or "" or "." or "..") && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;

    private void Compare(ManifestImage image, ManifestMap map)
    {
        Maps++;
        CompareFile(Path.Combine(image.Name, map.Method + ".npy"), map.Sha256);
        if (map.StandardErrorSha256 is { } errors) CompareFile(Path.Combine(image.Name, map.Method + ".stderr.npy"), errors);
        var name = Path.Combine(image.Name, image.Maps!.Count == 1 ? "result.json" : map.Method + ".json");
        if (!File.Exists(Path.Combine(_folder, name)))
        {
            Differs(name, "it is missing");
            return;
        }
        var said = Parsed<JsonObject>(_folder, name, Read(_folder, name));
        var signed = JsonSerializer.SerializeToNode(map, JobManifest.Json)!.AsObject();
        CompareFact(name, said, "method", map.Method);
        CompareFact(name, said, "model", Manifest.Model);
        CompareFact(name, said, "modelHash", Manifest.ModelSha256);
        foreach (var fact in Facts) CompareFact(name, said, fact, signed[fact]);
    }

    private void CompareFile(string name, string hash)
    {
        if (!File.Exists(Path.Combine(_folder, name))) Differs(name, "it is missing");
        else if (Hash(Read(_folder, name)) is var found && found != hash)
            Differs(name, $"its SHA-256 is {Short(found)}, and {Short(hash)} was signed");
    }

    private void CompareFact(string file, JsonObject said, string fact, JsonNode? signed)
    {
        if (!Same(said[fact], signed)) Differs(file, $"it says {fact} {Shown(said[fact])}, and {Shown(signed)} was signed");
    }

    // Numbers by value: files may write them with more digits, or as 1 and 1.0.
    private static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(p => y.ContainsKey(p.Key) && Same(p.Value, y[p.Key])),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
        (JsonValue x, JsonValue y) when x.GetValueKind() == JsonValueKind.Number && y.GetValueKind() == JsonValueKind.Number =>
            Number(x).Equals(Number(y)),
        _ => JsonNode.DeepEquals(a, b),
    };

    private static double Number(JsonValue value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Shown(JsonNode? value) =>
        value?.ToJsonString() is not { } text ? "nothing" : text.Length > 60 ? text[..60] + "..." : text;

    /// <summary>Gets enough of a hash to tell it from another one.</summary>
    public static string Short(string hash) => hash.Length > 16 ? hash[..16] + "..." : hash;

    private void Differs(string file, string what) => _differences.Add(new(file.Replace('\\', '/'), what));

    /// <summary>Gets a SHA-256 as manifests write it.</summary>
    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder, name, error.Message, error);
        }
    }

    private static T Parsed<T>(string folder, string name, byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, JobManifest.Json) ?? throw Unreadable(folder, name, "it is empty");
        }
        catch (JsonException error)
        {
            throw Unreadable(folder, name, error.Message, error);
        }
    }

    private static SaliencyException Unreadable(string folder, string name, string why, Exception? cause = null) => new(
        "SAL2531", $"'{folder}' cannot be verified: {name} cannot be used: {why}.",
        "Give the folder of a job that has ended, as `saliency jobs fetch ID --out DIR` writes it.", cause);
}
