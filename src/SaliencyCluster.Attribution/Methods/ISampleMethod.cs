using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>A method whose map is one weighted sum over points, so that noise can be wrapped around it in a single round.</summary>
public interface ISampleMethod : IAttributionMethod
{
    /// <summary>Gets the points of one image, with weights and multiplier such that their sum is the finished map.</summary>
    Round Sample(MethodContext context);

    /// <summary>Says whether the map of a request is one weighted sum; otherwise noise is wrapped around it one sample after another.</summary>
    bool IsOneSum(ExplanationRequest request) => true;

    /// <summary>Says whether a request changes the finished sum in a way that is not linear, such as rectifying it.</summary>
    bool Rectifies(ExplanationRequest request) => false;
}
