using Google.Protobuf;
using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Benchmarks.Samples;

/// <summary>A model with images that fit it.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="Model">The model, ended by a Softmax where probabilities are explained.</param>
/// <param name="Images">Images, prepared.</param>
/// <param name="Score"><c>logit</c> or <c>probability</c>.</param>
internal sealed record SampleModel(string Name, LocalModel Model, IReadOnlyList<Tensor> Images, string Score)
{
    public static SampleModel Read(string nameOrPath, string target, int images)
    {
        var path = File.Exists(nameOrPath) ? nameOrPath : Repo.Model(nameOrPath);
        var file = File.ReadAllBytes(path);
        var model = ModelReader.Read(target == "softmax" ? WithSoftmax(file) : file, path);
        var summary = ModelSummary.Of(model);
        var score = target == "softmax" ? "probability" : "logit";
        return new(Path.GetFileNameWithoutExtension(path), new(model, summary, []), Pictures(summary.ImageShape, images), score);
    }

    /// <summary>Gets a request of a method for the class that the model predicts.</summary>
    public ResolvedRequest Resolve(ExplanationRequest request) => RequestResolver.Resolve(request with { Score = Score }, Model.Summary, []);

    private static ReadOnlyMemory<byte> WithSoftmax(byte[] file)
    {
        var proto = ModelProto.Parser.ParseFrom(file);
        var output = proto.Graph.Output[0];
        var node = new NodeProto { OpType = "Softmax", Input = { output.Name }, Output = { "probabilities" } };
        node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        proto.Graph.Node.Add(node);
        output.Name = "probabilities";
        return proto.ToByteArray();
    }

    /// <summary>Pictures of samples/data, evenly from the whole file: digits for one channel, animals for three.</summary>
    private static List<Tensor> Pictures(IReadOnlyList<long> shape, int count)
    {
        var digits = shape[0] == 1;
        var all = NpyFile.ReadFile(Path.Combine(Repo.Root, "samples", "data", digits ? "mnist-200.npy" : "bears-96.npy"));
        var size = all.Data.Length / all.Shape[0];
        var preprocessing = digits ? Preprocessing.Default : new(Preprocessing.Default.Scale, [0.5], [0.25]);
        return
        [
            .. from i in Enumerable.Range(0, count)
               let bytes = all.Data.AsSpan((int)((long)i * all.Shape[0] / count) * size, size).ToArray().Select(v => (byte)v)
               let rgb = digits ? bytes.SelectMany(v => (byte[])[v, v, v]) : bytes
               let side = digits ? 28 : 64
               select preprocessing.Apply(new PixelImage(side, side, [.. rgb]), shape, "input"),
        ];
    }
}
