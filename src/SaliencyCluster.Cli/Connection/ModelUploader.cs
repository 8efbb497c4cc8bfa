using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Client;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using PreprocessingOnWire = SaliencyCluster.Protocol.V1.Preprocessing;

namespace SaliencyCluster.Cli.Connection;

/// <summary>Brings models to a cluster.</summary>
internal static class ModelUploader
{
    /// <summary>Uploads a file; its card fills in what is not given.</summary>
    /// <exception cref="SaliencyException">SAL2510: no such file. SAL2514: the card cannot be read.</exception>
    public static async Task<Model> AddAsync(
        SaliencyClient client, string name, string path, IReadOnlyList<string> labels, Imaging.Preprocessing? preprocessing, CancellationToken cancellation)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("model", path);
        var card = ModelCard.Beside(path);
        await using var file = File.OpenRead(path);
        return await client.Models.AddAsync(name, file, OnWire(preprocessing ?? card.Preprocessing), labels.Count > 0 ? labels : card.Labels, cancellation);
    }

    /// <summary>Finds a model of the cluster, or uploads the file of that path under its own name.</summary>
    public static Task<Model> FindOrAddAsync(
        SaliencyClient client, string nameOrPath, IReadOnlyList<string> labels, Imaging.Preprocessing? preprocessing, CancellationToken cancellation) =>
        nameOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || File.Exists(nameOrPath)
            ? AddAsync(client, Path.GetFileNameWithoutExtension(nameOrPath), nameOrPath, labels, preprocessing, cancellation)
            : client.Models.GetAsync(nameOrPath, cancellation);

    private static PreprocessingOnWire? OnWire(Imaging.Preprocessing? p) =>
        p is null ? null : new() { Scale = p.Scale, Mean = { p.Mean }, Std = { p.Std } };
}
