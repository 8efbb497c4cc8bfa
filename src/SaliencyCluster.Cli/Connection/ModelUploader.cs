using SaliencyCluster.Autodiff;
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
        SaliencyClient client, string name, string path, ModelFacts given, CancellationToken cancellation)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("model", path);
        var facts = given.Or(ModelCard.Beside(path));
        await using var file = new MemoryStream(ModelFile.Pack(path, facts.InputValues), writable: false);
        return await client.Models.AddAsync(name, file, OnWire(facts.Preprocessing), facts.Labels, facts.Layout?.Name(), cancellation);
    }

    /// <summary>Finds a model of the cluster, or uploads the file of that path under its own name.</summary>
    public static Task<Model> FindOrAddAsync(
        SaliencyClient client, string nameOrPath, ModelFacts given, CancellationToken cancellation) =>
        nameOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) || File.Exists(nameOrPath)
            ? AddAsync(client, Path.GetFileNameWithoutExtension(nameOrPath), nameOrPath, given, cancellation)
            : client.Models.GetAsync(nameOrPath, cancellation);

    private static PreprocessingOnWire? OnWire(Imaging.Preprocessing? p) =>
        p is null ? null : new() { Scale = p.Scale, Mean = { p.Mean }, Std = { p.Std }, BlueFirst = p.BlueFirst,
            Resize = WireResize.Write(p.Resize) };
}
