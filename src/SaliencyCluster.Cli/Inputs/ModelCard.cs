using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>What a model file does not say itself: <c>NAME.json</c> beside <c>NAME.onnx</c>, as in samples/models.</summary>
/// <param name="Description">One sentence.</param>
/// <param name="Labels">Class names in the order of the output.</param>
/// <param name="Scale">Factor of pixels; null means 1/255.</param>
/// <param name="Mean">Mean per channel, or one for all.</param>
/// <param name="Std">Standard deviation per channel, or one for all.</param>
internal sealed record ModelCard(
    string? Description = null, IReadOnlyList<string>? Labels = null, double? Scale = null, IReadOnlyList<double>? Mean = null, IReadOnlyList<double>? Std = null)
{
    /// <summary>Gets the preprocessing; null where nothing of it is said.</summary>
    public Preprocessing? Preprocessing => Scale is null && Mean is null && Std is null ? null : new(
        Scale ?? Imaging.Preprocessing.Default.Scale, Mean ?? Imaging.Preprocessing.Default.Mean, Std ?? Imaging.Preprocessing.Default.Std);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads the card beside a model; an empty one where there is none.</summary>
    /// <exception cref="SaliencyException">SAL2514: the card cannot be read.</exception>
    public static ModelCard Beside(string modelPath)
    {
        var path = Path.ChangeExtension(modelPath, ".json");
        if (!File.Exists(path)) return new();
        try
        {
            return JsonSerializer.Deserialize<ModelCard>(File.ReadAllBytes(path), Json) ?? new();
        }
        catch (JsonException error)
        {
            throw new SaliencyException("SAL2514", $"The model card '{path}' cannot be read: {error.Message}", "It may hold description, labels, scale, mean and std; see samples/models.", error);
        }
    }
}
