using System.Data.Common;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Grains.Abstractions.Storage;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Calls;

/// <summary>
/// Turns derived coded errors into the base type, which is the one that crosses silos whole. Errors of a database driver do not cross at all: whoever
/// called would wait until its call times out.
/// </summary>
internal sealed class CodedErrorFilter(ILogger<CodedErrorFilter> logger) : IIncomingGrainCallFilter
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
        catch (DbException error)
        {
            logger.DatabaseAway(context.InterfaceName, context.MethodName, error);
            throw StorageOutage.OfDatabase();
        }
    }
}
