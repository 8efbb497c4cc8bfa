using SaliencyCluster.TestKit.Reference;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Onnx.Tests.Specializing;

/// <summary>Whole networks as PyTorch and other tools write them.</summary>
public class ZooTests
{
    // The runtime has no convolution of bfloat16 or float64 on a CPU, so there is nothing to compare those models with.
    public static TheoryData<string> Models =>
        new(ZooModel.NamesIn(ZooModel.Repository).Where(n => n is not ("plain-bfloat16" or "plain-double")));

    [Theory, MemberData(nameof(Models))]
    public void Every_shape_and_folded_value_equals_the_runtimes(string name)
    {
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        // Where float16 or float64 is turned into float32, only rounding may differ.
        Against.Runtime(ModelReader.ReadFile(zoo.OnnxFile), [1, .. zoo.Image], tolerance: name.Contains("float16") ? 1e-2 : 1e-4);
    }

    [Theory, MemberData(nameof(Models))]
    public void A_batch_gives_each_image_what_it_gets_alone(string name)
    {
        const int Images = 3;
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        var model = ModelReader.ReadFile(zoo.OnnxFile);
        var proof = Specializer.ProveBatch(model, zoo.Image);
        Assert.True(proof.Holds, proof.Reason);

        var together = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [Images, .. zoo.Image] });
        var pixels = RuntimeTrace.Ramp([Images, .. zoo.Image]);
        var all = RuntimeTrace.Run(ModelWriter.ToModel(together), new Dictionary<string, ConstantTensor> { [model.ImageInput] = In(together, pixels) });
        var alone = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [1, .. zoo.Image] });
        var one = (int)pixels.Type.Count / Images;
        for (var i = 0; i < Images; i++)
        {
            var image = ConstantTensor.Of([1, .. zoo.Image], pixels.As<float>().Slice(i * one, one).ToArray());
            var expected = RuntimeTrace.Run(ModelWriter.ToModel(alone), new Dictionary<string, ConstantTensor> { [model.ImageInput] = In(alone, image) });
            foreach (var output in together.Outputs)
            {
                var length = expected[output].Bytes.Length;
                Against.AssertClose($"{output} of image {i}", expected[output], expected[output] with { Bytes = all[output].Bytes.Slice(i * length, length) }, 1e-4);
            }
        }

        ConstantTensor In(SpecializedGraph graph, ConstantTensor value) => RuntimeTrace.As(graph.Types[model.ImageInput].Element, value);
    }
}
