using SaliencyCluster.Onnx;

namespace SaliencyCluster.TestKit.Fuzzing;

/// <summary>What is done with each mutated model: read it, make it concrete for one and for several images.</summary>
public static class FuzzTarget
{
    private const long FreeDimension = 8;

    /// <summary>Gets the small files that are mutated.</summary>
    public static IReadOnlyList<byte[]> Corpus { get; } =
        [.. Directory.GetFiles(Zoo.ZooModel.Repository, "*.onnx")
            .Concat(Directory.GetFiles(Path.Combine(Repo.Root, "tests", "zoo", "written"), "batch-*.onnx")).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes).Where(f => f.Length < 10_000)];

    /// <summary>
    /// Runs one input. Returns the code of the refusal, or null where the model was accepted; any other exception is a defect.
    /// </summary>
    public static string? Run(byte[] file, Action<OnnxModel, long[]>? then = null)
    {
        try
        {
            var model = ModelReader.Read(file, "fuzz.onnx");
            var declared = model.Proto.Graph.Input.First(i => i.Name == model.ImageInput).Type.TensorType.Shape;
            long[] image = [.. declared.Dim.Skip(model.HasBatch ? 1 : 0).Select(d => d.DimValue > 0 ? d.DimValue : FreeDimension)];
            Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [2, .. image] });
            then?.Invoke(model, image);
            return null;
        }
        catch (SaliencyException e)
        {
            return e.Code;
        }
    }
}
