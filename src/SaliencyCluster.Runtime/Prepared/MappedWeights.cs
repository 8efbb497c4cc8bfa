using Google.Protobuf;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>Writes a graph as it was compiled, with its weights in a file beside it that ONNX Runtime maps into memory instead of copying them.</summary>
internal static class MappedWeights
{
    private const int MinBytes = 1024;
    private const int Page = 4096;

    /// <summary>Writes both files into a folder.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Write(ExplanationGraph graph, string folder)
    {
        var model = ModelProto.Parser.ParseFrom(graph.Model.Span);
        using (var weights = new FileStream(Path.Combine(folder, PreparedEntry.Weights), FileMode.CreateNew, FileAccess.Write))
        {
            foreach (var tensor in model.Graph.Initializer.Where(t => t.RawData.Length >= MinBytes))
            {
                weights.SetLength(weights.Position = (weights.Length + Page - 1) / Page * Page);
                Refer(tensor, "location", PreparedEntry.Weights);
                Refer(tensor, "offset", $"{weights.Position}");
                Refer(tensor, "length", $"{tensor.RawData.Length}");
                weights.Write(tensor.RawData.Span);
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ClearRawData();
            }
        }
        File.WriteAllBytes(Path.Combine(folder, PreparedEntry.Model), model.ToByteArray());
    }

    private static void Refer(TensorProto tensor, string key, string value) =>
        tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
}
