using SaliencyCluster.Attribution.Methods.Rise;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Says which tensor a request explains.</summary>
internal static class ExplainedText
{
    public static string Of(ResolvedRequest request)
    {
        if (request.Options.Method == DetectorRise.MethodName)
            return "how like the detection anything in a masked image is: intersection over union, times cosine of class scores, "
                + "times objectness";
        var model = request.Model;
        if (model.Activation is { } activation && request.Options.Score != "probability")
            return $"logits '{model.Logits}' before {activation}, {(model.Chooser is { } from ? $"from which {from} chooses" : "of")} output '{model.Output}'";
        return model.Chooser is { } chooser ? $"what {chooser} chooses output '{model.Output}' from" : $"output '{model.Output}' as it is";
    }
}
