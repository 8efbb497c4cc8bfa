using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Calls;

/// <summary>Turns derived coded errors into the base type, which is the one that crosses silos whole.</summary>
internal sealed class CodedErrorFilter : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (SaliencyException error) when (error.GetType() != typeof(SaliencyException))
        {
            throw new SaliencyException(error.Code, error.What, error.Next);
        }
    }
}
