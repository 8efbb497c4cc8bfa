using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Autodiff.Tests.Gpu;

/// <summary>Every explanation graph that a GPU may get of the models of the zoo.</summary>
internal static class GpuGraphs
{
    /// <summary>The specs that suit a model, for a GPU.</summary>
    public static IEnumerable<ExplanationSpec> Specs(ZooModel zoo, OnnxModel model)
    {
        var plain = new ExplanationSpec { ImageShape = zoo.Image, MicroBatch = 2, Device = DeviceKind.Gpu };
        yield return plain;
        yield return plain with { Map = PointMap.None };
        yield return plain with { Rows = 2, Squares = true, Multiplier = true };
        // The nodes that make points, in graphs that make them of everything there is.
        yield return plain with
        {
            Multiplier = true, Squares = true,
            Points = new DevicePoints { Noise = true, Line = true, Baselines = 3, Factor = PointFactor.Difference },
        };
        yield return plain with { Points = new DevicePoints { Line = true, Baselines = 1 } };
        if (zoo.Image.Length == 3)
        {
            yield return plain with { Map = PointMap.None, Points = new DevicePoints { Mask = PointMask.Window, Baselines = 1 } };
            var random = new DevicePoints { Mask = PointMask.Random, Baselines = 1, Cells = 7, Keep = 0.5 };
            yield return plain with { Map = PointMap.None, Points = random };
        }
        yield return plain with { Rules = GradientRules.GuidedBackprop };
        yield return plain with { Rules = GradientRules.Deconvolution };
        yield return plain with { Rules = GradientRules.Rescale, Multiplier = true };
        foreach (var map in (PointMap[])[PointMap.GradCam, PointMap.GradCamPlusPlus, PointMap.LayerCam])
            if (Suits(model, plain with { Map = map })) yield return plain with { Map = map };
        foreach (var how in Enum.GetValues<Upsampling>())
            if (Suits(model, plain with { Map = PointMap.GuidedGradCam, Upsampling = how })) yield return plain with { Map = PointMap.GuidedGradCam, Upsampling = how };
    }

    // A model without a convolution, or whose last one has no grid, has no such map.
    private static bool Suits(OnnxModel model, ExplanationSpec spec)
    {
        try
        {
            ExplanationCompiler.Compile(model, spec);
            return true;
        }
        catch (SaliencyException error) when (error.Code is "SAL1103" or "SAL1105" or "SAL1108")
        {
            return false;
        }
    }
}
