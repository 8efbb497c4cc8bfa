using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SaliencyCluster.Client.Provenance;

/// <summary>What a deployment says of a job that has ended: <c>manifest.json</c>, which it signs.</summary>
public sealed record JobManifest
{
    /// <summary>The form of manifests that this version writes and reads.</summary>
    public const string CurrentFormat = "saliency-manifest/1";

    /// <summary>How manifests and lines of images are written: equal content has equal bytes.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Gets the form of the document.</summary>
    /// <value>The default is <see cref="CurrentFormat"/>.</value>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>Gets the id of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Gets the tenant that it belongs to.</summary>
    public required string Tenant { get; init; }

    /// <summary>Gets how it ended: <c>done</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string State { get; init; }

    /// <summary>Gets when it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Gets the model with its version, <c>name:version</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the SHA-256 of the model.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>Gets the options of each method with every default filled in, seeds among them.</summary>
    public required IReadOnlyList<JsonNode> Requests { get; init; }

    /// <summary>Gets the SHA-256 of the stored baselines that the requests refer to by number.</summary>
    public IReadOnlyList<string>? Baselines { get; init; }

    /// <summary>Gets the version of the gateway that wrote the manifest.</summary>
    public required string Version { get; init; }

    /// <summary>Gets the number of images.</summary>
    public required int Images { get; init; }

    /// <summary>Gets the SHA-256 of the lines of images.</summary>
    public required string ImagesSha256 { get; init; }
}

/// <summary>One line of <c>manifest.images.jsonl</c>: an image, and what came of it.</summary>
/// <param name="Index">Its place in the job.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">The SHA-256 of the image as it was stored: a picture file, or the <c>.npy</c> file of a tensor.</param>
/// <param name="State"><c>done</c>, <c>failed</c> or <c>pending</c>.</param>
public sealed record ManifestImage(int Index, string Name, string Sha256, string State)
{
    /// <summary>Gets its maps, one for each method.</summary>
    public IReadOnlyList<ManifestMap>? Maps { get; init; }

    /// <summary>Gets the code of the error of an image that failed.</summary>
    public string? Failure { get; init; }
}

/// <summary>A map, and the values that are said of it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Sha256">The SHA-256 of its <c>.npy</c> file.</param>
/// <param name="Target">What was explained.</param>
/// <param name="Score">The network's score of the image.</param>
/// <param name="Points">Evaluations that were summed.</param>
/// <param name="Parameters">Every option that the method read, as resolved.</param>
/// <param name="Workers">The devices that took part, <c>worker/device</c>.</param>
public sealed record ManifestMap(
    string Method, string Sha256, string Target, double Score, long Points, JsonElement Parameters, IReadOnlyList<string> Workers)
{
    /// <summary>Gets the SHA-256 of the <c>.npy</c> file of its standard error, where that was asked for.</summary>
    public string? StandardErrorSha256 { get; init; }

    /// <summary>Gets which tensor was explained, in words.</summary>
    public string? Explained { get; init; }

    /// <summary>Gets the name of the class, where it is known.</summary>
    public string? Label { get; init; }

    /// <summary>Gets the sum of the map minus the difference of scores that it should explain.</summary>
    public double? ConvergenceDelta { get; init; }

    /// <summary>Gets the standard error of the map relative to its norm.</summary>
    public double? StandardError { get; init; }

    /// <summary>Gets the estimated relative error.</summary>
    public double? ErrorEstimate { get; init; }
}
